// The whole program is in the types beside this file.
KernelTool.main()
