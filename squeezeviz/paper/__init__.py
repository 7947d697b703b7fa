"""The numbers that the paper prints (arXiv 1602.07360 v4), and what a network makes of them."""
