" Notebooks of ddpm-repl: comments, cells that fold, :make that checks, K for help.

if exists("b:did_ftplugin")
  finish
endif
let b:did_ftplugin = 1
let s:saved_cpo = &cpo
set cpo&vim

setlocal comments=:# commentstring=#\ %s
setlocal iskeyword+=-
setlocal expandtab shiftwidth=2 softtabstop=2
setlocal suffixesadd=.ddpm

" A cell is a fold, from "# %%" to the next one; all are open at first, zM closes them.
setlocal foldlevel=99 foldmethod=expr foldexpr=getline(v:lnum)=~'^#\ \\=%%'?'>1':'='
setlocal foldtext=getline(v:foldstart)

" :make says what is wrong, :cnext goes there.
setlocal makeprg=ddpm-repl\ --check\ %:S
setlocal errorformat=%f:%l:%c:\ error:\ %m,%-G%.%#

" ]] and [[ go from cell to cell.
nnoremap <buffer> <silent> ]] <Cmd>call search('^# \=%%', 'W')<CR>
nnoremap <buffer> <silent> [[ <Cmd>call search('^# \=%%', 'bW')<CR>

" K explains the command at the cursor.
command! -buffer -nargs=1 DdpmHelp execute '!ddpm-repl --batch -c' shellescape('help ' . <q-args>, 1)
setlocal keywordprg=:DdpmHelp

let b:undo_ftplugin = "setlocal comments< commentstring< iskeyword< expandtab< shiftwidth< softtabstop< suffixesadd<"
  \ . " foldlevel< foldmethod< foldexpr< foldtext< makeprg< errorformat< keywordprg<"
  \ . " | silent! nunmap <buffer> ]]| silent! nunmap <buffer> [[| delcommand -buffer DdpmHelp"

let &cpo = s:saved_cpo
unlet s:saved_cpo
