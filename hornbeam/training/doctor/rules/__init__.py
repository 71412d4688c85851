"""What the doctor knows: rules in groups, each a function of the evidence that gives findings."""
