"""What everything above stands on: variables, configs, symbolic tensors, names, dtypes, seeds."""
