autocmd BufNewFile,BufRead *.ddpm setfiletype ddpm
