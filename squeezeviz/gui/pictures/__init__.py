"""Pictures in the window: which are open, how they are prepared, and what the network says of them."""
