"""Speed and memory, as figures of whole processes and as ratios against a named peer in the same run."""
