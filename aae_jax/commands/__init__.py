"""What is typed and shown: `aae-train`, `aae-sample` and `aae-evaluate`."""
