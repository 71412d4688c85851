"""What all optimizers share: `Optimizer`, and one file for each thing that it does around a rule."""
