#!/usr/bin/env bash
# Vim with our files over a notebook and some lines: the groups at given places, the type, folds and the check's errors.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cat > "$folder/lines.ddpm" << 'TEXT'
load strokes count=500 # train
print "train $x \n"; info
for seed in 0 1 { train lambda=$seed }
plot tsne color=cluster
train rounds=2 \
  lambda=0.1
let lambda = 0.1
evaluate more=on
print 'x # y'
# %% Title
train bogus=1
load train
TEXT
cat > "$folder/check.vim" << 'TEXT'
let s:wrong = []
let s:count = 0
function s:Expect(line, word, group, ...)
  let s:count += 1
  let l:column = stridx(getline(a:line), a:word) + 1
  let l:name = synIDattr(synID(a:line, l:column, 1), 'name')
  if l:name !~# '^' . a:group . '$'
    call add(s:wrong, printf("%s:%d '%s' is '%s', not '%s'", expand('%:t'), a:line, a:word, l:name, a:group))
  endif
endfunction
if &filetype !=# 'ddpm'
  call add(s:wrong, 'the type is ' . &filetype)
endif
call s:Expect(1, 'load', 'ddpmCommand')
call s:Expect(1, 'strokes', 'ddpm_load_choice')
call s:Expect(1, 'count', 'ddpm_.*_option')
call s:Expect(1, '500', 'ddpmNumber')
call s:Expect(1, 'train', 'ddpmComment')
call s:Expect(2, 'train', 'ddpmString')
call s:Expect(2, '$x', 'ddpmVariable')
call s:Expect(2, '\n', 'ddpmEscape')
call s:Expect(2, 'info', 'ddpmCommand')
call s:Expect(3, 'for', 'ddpmStatement')
call s:Expect(3, 'in ', 'ddpmStatement')
call s:Expect(3, 'train', 'ddpmCommand')
call s:Expect(3, 'lambda', 'ddpm_.*_option')
call s:Expect(4, 'tsne', 'ddpmCommand')
call s:Expect(4, 'color', 'ddpm_.*_option')
call s:Expect(4, 'cluster', 'ddpm_.*_choice')
call s:Expect(5, '\', 'ddpmContinuation')
call s:Expect(6, 'lambda', 'ddpm_.*_option')
call s:Expect(6, '0.1', 'ddpmNumber')
call s:Expect(7, 'let', 'ddpmStatement')
call s:Expect(8, 'on', 'ddpmToggle')
call s:Expect(9, '# y', 'ddpmString')
call s:Expect(10, 'Title', 'ddpmCell')
call s:Expect(11, 'bogus', 'ddpm_train')
call s:Expect(12, 'train', 'ddpm_.*_choice')
edit notebooks/quickstart.ddpm
let s:verbs = 0
for s:line in range(1, line('$'))
  let s:word = matchstr(getline(s:line), '^[a-z]\+')
  if s:word ==# 'default'
    call s:Expect(s:line, s:word, 'ddpmStatement')
  elseif s:word !=# ''
    call s:Expect(s:line, s:word, 'ddpmCommand')
    let s:verbs += 1
  endif
endfor
if s:verbs < 10
  call add(s:wrong, 'only ' . s:verbs . ' commands in the notebook')
endif
if foldclosed(search('^# %% Pictures', 'w') + 1) != -1
  call add(s:wrong, 'cells are closed at first')
endif
normal! zM
if foldclosed(search('^# %% Pictures', 'w') + 1) != line('.')
  call add(s:wrong, 'cells do not fold')
endif
" It goes by the global value, :make by the buffer's.
let &g:errorformat = &l:errorformat
cgetexpr ['a.ddpm:12:16: error: train has no option ''lamda''', '  train lamda=1', '        ^~~~~']
let s:errors = getqflist()
if len(s:errors) != 1 || s:errors[0].lnum != 12 || s:errors[0].col != 16
  call add(s:wrong, 'errors are not understood: ' . string(s:errors))
endif
call writefile(s:wrong + ['Vim: ' . s:count . ' places, ' . len(s:wrong) . ' wrong'], $REPORT)
execute empty(s:wrong) ? 'qall!' : 'cquit!'
TEXT
status=0
REPORT="$folder/report" HOME="$folder" timeout 60 vim -N -u NONE -i NONE -es --not-a-term \
  --cmd "set runtimepath^=$PWD/editors/vim" -c 'filetype plugin on' -c 'syntax on' -c "edit $folder/lines.ddpm" \
  -S "$folder/check.vim" < /dev/null > "$folder/output" 2>&1 || status=$?
cat "$folder/report" 2> /dev/null || { cat "$folder/output"; echo "Vim did not finish"; exit 1; }
exit "$status"
