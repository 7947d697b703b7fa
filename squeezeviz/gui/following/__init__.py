"""One value of a feature map, followed step by step to the pixels it comes from."""
