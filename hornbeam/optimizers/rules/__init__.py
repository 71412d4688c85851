"""The update rules, one file for each optimizer."""
