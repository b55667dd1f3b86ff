"""What every room needs: errors with a place, polymorphic integers, texts as messages show them, bounds."""
