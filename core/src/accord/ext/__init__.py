"""Extensions: ways of using the ORM that stand on its public names only."""
