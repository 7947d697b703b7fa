"""The open network beside what the paper prints."""
