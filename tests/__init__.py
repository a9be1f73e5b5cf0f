import engine as engine  # before torch is loaded by anything, see there
