print("ddpm-repl")
