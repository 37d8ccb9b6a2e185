"""Water: from laboratory results to classes, grades and the state of drinking sources."""
