"""The numbers that squeezeviz has to reach, each measured beside a peer in the same run."""
