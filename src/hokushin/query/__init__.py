"""Questions to an ensemble: events, interventions, contrasts and shares."""
