"""What the Involvement Team makes of what people wrote."""
