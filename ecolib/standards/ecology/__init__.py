"""The ecological environment index of HJ 192-2015 and the land cover it rests on."""
