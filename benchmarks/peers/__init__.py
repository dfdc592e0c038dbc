"""One reduced rule of choice and war, written as users of each library would write it."""
