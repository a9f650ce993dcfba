"""How training runs: epochs, several seeds, devices, hosts, feeding, compilation."""
