"""What is typed and shown: `aae-train`, `aae-sample`, `aae-evaluate`, `aae-export`."""
