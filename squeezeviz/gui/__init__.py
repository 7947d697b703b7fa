"""The window. Nothing here computes a number: it shows what the core says and what a live pass measured."""
