"""Two nets and what became of each layer: matching, changes, git, and every face."""
