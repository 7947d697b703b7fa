"""Pictures that a network is shown: what becomes of one on the way into it, and what the network says of it."""
