"""What the weights of each convolution say: how many are zero, how they lie, and its filters as pictures."""
