"""What is learnt from data: scripts that make the weights which the package ships."""
