"""Speed and scale: public and generated instances read as cases, solved by the normal path, compared with peers."""
