" Vim syntax file of ddpm-repl's notebooks. Written by make reference from the declarations of the commands.

if exists("b:current_syntax")
  finish
endif
let s:saved_cpo = &cpo
set cpo&vim

syn match ddpmComment "#.*$" contains=@Spell
syn match ddpmCell "^# \?%%.*$"
syn match ddpmContinuation "\\\s*$" contained
syn match ddpmVariable "\v\$\{[^} ]*\}|\$[[:alnum:]_-]*[[:alnum:]_]"
syn match ddpmEscape "\\[ntr\"\\$]" contained
syn region ddpmString start=+"+ skip=+\\.+ end=+"+ oneline contains=ddpmEscape,ddpmVariable
syn region ddpmString start=+'+ end=+'+ oneline
syn match ddpmNumber "\v%([[:alnum:]_./+:~*-])@<![+-]?%(\d[0-9_]*\.?[0-9_]*|\.\d[0-9_]*)%([eE][+-]?\d+)?%([[:alnum:]_./+:~*=-])@!"
syn match ddpmToggle "\v%([[:alnum:]_./+:~*-])@<!%(on|off)%([[:alnum:]_./+:~*=-])@!"
syn cluster ddpmValue contains=ddpmComment,ddpmContinuation,ddpmVariable,ddpmString,ddpmNumber,ddpmToggle

syn match ddpmStatement "\v%(%(^|[;{}])\s*)@<=%(default|repeat|sweep|for|let|if)%([[:alnum:]_./+:~*=-])@!"
syn match ddpmStatement "\v%(for\s+[[:alnum:]_-]+\s+)@<=in%([[:alnum:]_./+:~*=-])@!"

syn region ddpm_plot matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plot_option,ddpm_plot_choice
syn match ddpm_plot_option "\v%([[:alnum:]_./+:~*-])@<!%(exaggeration|transparent|iterations|perplexity|thumbnails|normalise|overwrite|pointsize|fontsize|subtitle|columns|command|dataset|palette|samples|sidecar|height|images|legend|method|number|points|square|xscale|yscale|alpha|color|delay|early|marks|since|space|split|style|title|width|band|font|last|with|add|dpi|out|by|x|y)\=@=" contained
hi def link ddpm_plot_option ddpmOption
syn match ddpm_plot_choice "\v%([[:alnum:]_./+:~*-])@<!%(emnist-balanced|emnist-byclass|emnist-bymerge|emnist-letters|emnist-digits|emnist-mnist|autoencoder|correctness|nature-wide|probability|clustergan|cvpr-wide|deviation|icml-wide|ieee-wide|okabe-ito|reference|vagan-gmm|vagan-smm|acm-wide|assigned|baseline|cifar100|evaluate|notebook|spectral|standard|cifar10|cluster|fashion|hc-mgan|latents|neurips|shifted|sigmoid|strokes|coil20|column|cosine|direct|gan-em|images|kmeans|linear|nature|nichol|pixels|points|scaled|slides|below|label|mnist|moons|range|right|score|serif|tab10|train|tuned|auto|cvpr|fast|grey|icml|ieee|none|page|sans|test|umap|usps|vade|zero|acm|all|gmm|knn|log)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plot_choice ddpmChoice

syn region ddpm_baseline matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baseline_option,ddpm_baseline_choice
syn match ddpm_baseline_option "\v%([[:alnum:]_./+:~*-])@<!%(reconstruction-weight|pretraining-batch|refinement-epochs|negative-samples|pretraining-rate|generator-norms|generator-rate|variance-start|encoder-batch|encoder-steps|class-weight|critic-steps|decay-rounds|encoder-rate|epoch-images|least-change|min-distance|noise-weight|weight-decay|check-epoch|check-every|critic-rate|pretraining|refinements|check-loss|class-rate|covariance|generators|iterations|least-rate|neighbours|raw-epochs|deviation|diversity|tolerance|attempts|clusters|grouping|restarts|epsilon|penalty|weights|epochs|latent|length|passes|rounds|spread|width1|width2|width3|batch|beta1|beta2|decay|floor|noise|prior|slope|split|steps|rate)\=@=" contained
hi def link ddpm_baseline_option ddpmOption
syn match ddpm_baseline_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|diagonal|gaussian|student|uniform|copied|fitted|kmeans|narrow|random|scaled|train|full|test|all|gmm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baseline_choice ddpmChoice

syn region ddpm_model matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_model_option,ddpm_model_choice
syn match ddpm_model_option "\v%([[:alnum:]_./+:~*-])@<!%(reconstruction-weight|pretraining-batch|refinement-epochs|negative-samples|pretraining-rate|responsibilities|generator-norms|generator-rate|reference-side|variance-start|encoder-batch|encoder-steps|class-weight|critic-steps|decay-rounds|encoder-rate|epoch-images|least-change|min-distance|noise-weight|weight-decay|check-epoch|check-every|critic-rate|refinements|beta-start|check-loss|class-rate|components|confidence|covariance|fit-points|generators|iterations|least-rate|neighbours|partitions|raw-epochs|deviation|diversity|snr-gamma|timesteps|tolerance|weighting|attempts|beta-end|capacity|channels|clusters|grouping|restarts|rotation|schedule|spectral|variance|dropout|elastic|epsilon|freedom|penalty|weights|aspect|epochs|lambda|latent|length|memory|motion|passes|shrink|spread|surest|target|width1|width2|width3|batch|beta1|beta2|decay|floor|gamma|noise|prior|range|shear|shift|slope|steps|clip|flip|grow|kept|rate|ema|fit|kl)\=@=" contained
hi def link ddpm_model_option ddpmOption
syn match ddpm_model_choice "\v%([[:alnum:]_./+:~*-])@<!%(consensus|posterior|published|symmetric|diagonal|gaussian|velocity|forward|min-snr|shifted|sigmoid|student|uniform|unmoved|copied|cosine|fitted|kmeans|linear|narrow|nichol|random|sample|scaled|fixed|graph|noise|auto|full|live|mean|none|unit|zero|gmm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_model_choice ddpmChoice

syn region ddpm_quit matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=quit%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_help matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=help%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_clear matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=clear%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_print matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=print%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_show matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=show%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_set matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=set%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_set_option,ddpm_set_choice
syn match ddpm_set_option "\v%([[:alnum:]_./+:~*-])@<!%(figure\.transparent|figure\.pointsize|figure\.fontsize|figure\.subtitle|figure\.palette|figure\.sidecar|figure\.height|figure\.legend|figure\.square|figure\.alpha|figure\.style|figure\.title|figure\.width|figure\.font|figure\.dpi|keep-going|journal|threads|figure|inline|record|shards|data|jobs|runs)\=@=" contained
hi def link ddpm_set_option ddpmOption
syn match ddpm_set_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|default|neurips|always|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_set_choice ddpmChoice

syn region ddpm_history matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=history%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_redo matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=redo%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_undo matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=undo%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_undo_option
syn match ddpm_undo_option "\v%([[:alnum:]_./+:~*-])@<!%(keep)\=@=" contained
hi def link ddpm_undo_option ddpmOption

syn region ddpm_rerun matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=rerun%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_cells matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=cells%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_verify matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=verify%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_verify_option
syn match ddpm_verify_option "\v%([[:alnum:]_./+:~*-])@<!%(tolerance|only)\=@=" contained
hi def link ddpm_verify_option ddpmOption

syn region ddpm_run matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=run%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_run_option
syn match ddpm_run_option "\v%([[:alnum:]_./+:~*-])@<!%(cells)\=@=" contained
hi def link ddpm_run_option ddpmOption

syn region ddpm_recover matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=recover%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_recover_option,ddpm_recover_choice
syn match ddpm_recover_option "\v%([[:alnum:]_./+:~*-])@<!%(data|drop)\=@=" contained
hi def link ddpm_recover_option ddpmOption
syn match ddpm_recover_choice "\v%([[:alnum:]_./+:~*-])@<!%(none|same|any)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_recover_choice ddpmChoice

syn region ddpm_restore matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=restore%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_restore_option,ddpm_restore_choice
syn match ddpm_restore_option "\v%([[:alnum:]_./+:~*-])@<!%(weights|data)\=@=" contained
hi def link ddpm_restore_option ddpmOption
syn match ddpm_restore_choice "\v%([[:alnum:]_./+:~*-])@<!%(none|same|any)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_restore_choice ddpmChoice

syn region ddpm_save matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=save%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_save_option
syn match ddpm_save_option "\v%([[:alnum:]_./+:~*-])@<!%(overwrite)\=@=" contained
hi def link ddpm_save_option ddpmOption

syn region ddpm_status matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=status%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_denoise matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=denoise%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_denoise_option,ddpm_denoise_choice
syn match ddpm_denoise_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|clusters|fontsize|guidance|subtitle|columns|palette|sidecar|height|legend|number|square|alpha|steps|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_denoise_option ddpmOption
syn match ddpm_denoise_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_denoise_choice ddpmChoice

syn region ddpm_vary matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=vary%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_vary_option,ddpm_vary_choice
syn match ddpm_vary_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|guidance|subtitle|palette|sidecar|through|height|legend|method|number|spread|square|alpha|count|steps|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_vary_option ddpmOption
syn match ddpm_vary_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|ancestral|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|noise|right|serif|tab10|auto|both|cvpr|ddim|grey|icml|ieee|page|sans|acm|dpm|z)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_vary_choice ddpmChoice

syn region ddpm_interpolate matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=interpolate%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_interpolate_option,ddpm_interpolate_choice
syn match ddpm_interpolate_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|guidance|subtitle|palette|sidecar|through|height|legend|method|square|alpha|count|steps|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_interpolate_option ddpmOption
syn match ddpm_interpolate_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|ancestral|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|noise|right|serif|tab10|auto|both|cvpr|ddim|grey|icml|ieee|page|sans|acm|dpm|z)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_interpolate_choice ddpmChoice

syn region ddpm_reconstruct matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=reconstruct%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_reconstruct_option,ddpm_reconstruct_choice
syn match ddpm_reconstruct_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|guidance|subtitle|columns|palette|sidecar|height|legend|method|square|alpha|count|steps|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_reconstruct_option ddpmOption
syn match ddpm_reconstruct_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|ancestral|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|ddim|grey|icml|ieee|page|sans|acm|dpm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_reconstruct_choice ddpmChoice

syn region ddpm_sample matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=sample%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_sample_option,ddpm_sample_choice
syn match ddpm_sample_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|clusters|fontsize|guidance|subtitle|nearest|palette|sidecar|height|legend|method|number|square|alpha|count|order|steps|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_sample_option ddpmOption
syn match ddpm_sample_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|ancestral|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|cluster|neurips|column|direct|nature|slides|below|class|right|serif|tab10|auto|cvpr|ddim|grey|icml|ieee|page|sans|acm|dpm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_sample_choice ddpmChoice

syn region ddpm_replot matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=replot%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_replot_option,ddpm_replot_choice
syn match ddpm_replot_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|square|alpha|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_replot_option ddpmOption
syn match ddpm_replot_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_replot_choice ddpmChoice

syn region ddpm_tsne matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=tsne%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_tsne_option,ddpm_tsne_choice
syn match ddpm_tsne_option "\v%([[:alnum:]_./+:~*-])@<!%(exaggeration|iterations|perplexity|points|early|space|from|add)\=@=" contained
hi def link ddpm_tsne_option ddpmOption
syn match ddpm_tsne_choice "\v%([[:alnum:]_./+:~*-])@<!%(previous|latents|pixels|train|test|all|pca)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_tsne_choice ddpmChoice

syn region ddpm_table matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=table%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_table_option,ddpm_table_choice
syn match ddpm_table_option "\v%([[:alnum:]_./+:~*-])@<!%(overwrite|decimals|columns|command|dataset|format|images|method|values|since|split|rows|out)\=@=" contained
hi def link ddpm_table_option ddpmOption
syn match ddpm_table_choice "\v%([[:alnum:]_./+:~*-])@<!%(emnist-balanced|emnist-byclass|emnist-bymerge|emnist-letters|emnist-digits|emnist-mnist|autoencoder|clustergan|reference|vagan-gmm|vagan-smm|baseline|cifar100|evaluate|markdown|spectral|cifar10|fashion|hc-mgan|strokes|coil20|gan-em|kmeans|latex|mnist|moons|score|train|tuned|fast|html|test|text|umap|usps|vade|all|csv|gmm|knn)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_table_choice ddpmChoice

syn region ddpm_runs matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=runs%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_runs_option,ddpm_runs_choice
syn match ddpm_runs_option "\v%([[:alnum:]_./+:~*-])@<!%(columns|command|dataset|format|images|method|limit|since|split)\=@=" contained
hi def link ddpm_runs_option ddpmOption
syn match ddpm_runs_choice "\v%([[:alnum:]_./+:~*-])@<!%(emnist-balanced|emnist-byclass|emnist-bymerge|emnist-letters|emnist-digits|emnist-mnist|autoencoder|clustergan|reference|vagan-gmm|vagan-smm|baseline|cifar100|evaluate|markdown|spectral|cifar10|fashion|hc-mgan|strokes|coil20|gan-em|kmeans|latex|mnist|moons|score|train|tuned|fast|html|test|text|umap|usps|vade|all|csv|gmm|knn)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_runs_choice ddpmChoice

syn region ddpm_knn matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=knn%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_knn_option,ddpm_knn_choice
syn match ddpm_knn_option "\v%([[:alnum:]_./+:~*-])@<!%(format|space|k)\=@=" contained
hi def link ddpm_knn_option ddpmOption
syn match ddpm_knn_choice "\v%([[:alnum:]_./+:~*-])@<!%(markdown|latents|pixels|latex|html|text|csv)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_knn_choice ddpmChoice

syn region ddpm_assign matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=assign%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_assign_option,ddpm_assign_choice
syn match ddpm_assign_option "\v%([[:alnum:]_./+:~*-])@<!%(imbalance|overwrite|classes|folders|overlap|colour|labels|layout|array|count|noise|order|range|shape|split|tails|seed|size|turn|fit|out)\=@=" contained
hi def link ddpm_assign_option ddpmOption
syn match ddpm_assign_choice "\v%([[:alnum:]_./+:~*-])@<!%(emnist-balanced|emnist-byclass|emnist-bymerge|emnist-letters|emnist-digits|emnist-mnist|transpose|cifar100|cifar10|fashion|stretch|strokes|coil20|0\:255|first|mnist|moons|right|train|-1\:1|crop|even|grey|half|left|nchw|nhwc|test|usps|0\:1|all|chw|hwc|nhw|pad|rgb|hw)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_assign_choice ddpmChoice

syn region ddpm_score matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=score%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_score_option,ddpm_score_choice
syn match ddpm_score_option "\v%([[:alnum:]_./+:~*-])@<!%(neighbours|guidance|format|method|number|count|split|steps)\=@=" contained
hi def link ddpm_score_option ddpmOption
syn match ddpm_score_choice "\v%([[:alnum:]_./+:~*-])@<!%(ancestral|markdown|latex|train|ddim|html|test|text|all|csv|dpm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_score_choice ddpmChoice

syn region ddpm_evaluate matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=evaluate%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_evaluate_option,ddpm_evaluate_choice
syn match ddpm_evaluate_option "\v%([[:alnum:]_./+:~*-])@<!%(format|sample|split|more)\=@=" contained
hi def link ddpm_evaluate_option ddpmOption
syn match ddpm_evaluate_choice "\v%([[:alnum:]_./+:~*-])@<!%(markdown|latex|train|html|test|text|all|csv)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_evaluate_choice ddpmChoice

syn region ddpm_split matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=split%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_merge matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=merge%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_merge_option,ddpm_merge_choice
syn match ddpm_merge_option "\v%([[:alnum:]_./+:~*-])@<!%(by)\=@=" contained
hi def link ddpm_merge_option ddpmOption
syn match ddpm_merge_choice "\v%([[:alnum:]_./+:~*-])@<!%(neighbourDensity|neighbours|consensus|demp|ward)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_merge_choice ddpmChoice

syn region ddpm_mstep matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=mstep%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_mstep_option,ddpm_mstep_choice
syn match ddpm_mstep_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|confidence|lambda|surest|gamma|stop)\=@=" contained
hi def link ddpm_mstep_option ddpmOption
syn match ddpm_mstep_choice "\v%([[:alnum:]_./+:~*-])@<!%(unmoved|fixed|live)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_mstep_choice ddpmChoice

syn region ddpm_estep matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=estep%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_tighten matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=tighten%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_tighten_option
syn match ddpm_tighten_option "\v%([[:alnum:]_./+:~*-])@<!%(confidence|averaging|elastic|renewal|warm-up|aspect|epochs|surest|gamma|flip|rate|stop)\=@=" contained
hi def link ddpm_tighten_option ddpmOption

syn region ddpm_train matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=train%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_train_option,ddpm_train_choice
syn match ddpm_train_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|confidence|lambda|rounds|surest|gamma|stop)\=@=" contained
hi def link ddpm_train_option ddpmOption
syn match ddpm_train_choice "\v%([[:alnum:]_./+:~*-])@<!%(unmoved|fixed|live)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_train_choice ddpmChoice

syn region ddpm_pretrain matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=pretrain%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_pretrain_option
syn match ddpm_pretrain_option "\v%([[:alnum:]_./+:~*-])@<!%(epochs|stop)\=@=" contained
hi def link ddpm_pretrain_option ddpmOption

syn region ddpm_fit matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=fit%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_fit_option
syn match ddpm_fit_option "\v%([[:alnum:]_./+:~*-])@<!%(pretraining|tightening|rounds)\=@=" contained
hi def link ddpm_fit_option ddpmOption

syn region ddpm_describe matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=describe%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_seed matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=seed%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_images matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=images%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_images_option,ddpm_images_choice
syn match ddpm_images_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|cluster|palette|sidecar|height|legend|square|alpha|count|style|title|width|font|rows|dpi|out|by)\=@=" contained
hi def link ddpm_images_option ddpmOption
syn match ddpm_images_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|uncertain|acm-wide|notebook|standard|cluster|nearest|neurips|column|direct|nature|slides|below|class|order|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_images_choice ddpmChoice

syn region ddpm_info matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=info%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_load matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=load%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_load_option,ddpm_load_choice
syn match ddpm_load_option "\v%([[:alnum:]_./+:~*-])@<!%(imbalance|classes|overlap|colour|labels|layout|sha256|array|count|noise|order|range|shape|split|tails|data|seed|size|turn|fit)\=@=" contained
hi def link ddpm_load_option ddpmOption
syn match ddpm_load_choice "\v%([[:alnum:]_./+:~*-])@<!%(emnist-balanced|emnist-byclass|emnist-bymerge|emnist-letters|emnist-digits|emnist-mnist|transpose|cifar100|cifar10|fashion|stretch|strokes|coil20|0\:255|first|mnist|moons|right|train|-1\:1|crop|even|grey|half|left|nchw|nhwc|same|test|usps|0\:1|all|any|chw|hwc|nhw|pad|rgb|hw)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_load_choice ddpmChoice

syn region ddpm_fetch matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=fetch%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_fetch_option,ddpm_fetch_choice
syn match ddpm_fetch_option "\v%([[:alnum:]_./+:~*-])@<!%(from)\=@=" contained
hi def link ddpm_fetch_option ddpmOption
syn match ddpm_fetch_choice "\v%([[:alnum:]_./+:~*-])@<!%(emnist-balanced|emnist-byclass|emnist-bymerge|emnist-letters|emnist-digits|emnist-mnist|cifar100|cifar10|fashion|coil20|mnist|usps)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_fetch_choice ddpmChoice

syn region ddpm_datasets matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=datasets%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_plotAnimation matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+animation%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotAnimation_option,ddpm_plotAnimation_choice
syn match ddpm_plotAnimation_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|square|alpha|delay|style|title|width|font|last|dpi|out)\=@=" contained
hi def link ddpm_plotAnimation_option ddpmOption
syn match ddpm_plotAnimation_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotAnimation_choice ddpmChoice

syn region ddpm_plotPanels matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+panels%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotPanels_option,ddpm_plotPanels_choice
syn match ddpm_plotPanels_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|columns|palette|sidecar|height|legend|square|alpha|style|title|width|font|last|dpi|out)\=@=" contained
hi def link ddpm_plotPanels_option ddpmOption
syn match ddpm_plotPanels_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotPanels_choice ddpmChoice

syn region ddpm_plotRuns matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+runs%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotRuns_option,ddpm_plotRuns_choice
syn match ddpm_plotRuns_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|command|dataset|palette|sidecar|height|images|legend|method|square|xscale|yscale|alpha|since|split|style|title|width|band|font|dpi|out|by|x|y)\=@=" contained
hi def link ddpm_plotRuns_option ddpmOption
syn match ddpm_plotRuns_choice "\v%([[:alnum:]_./+:~*-])@<!%(emnist-balanced|emnist-byclass|emnist-bymerge|emnist-letters|emnist-digits|emnist-mnist|autoencoder|nature-wide|clustergan|cvpr-wide|deviation|icml-wide|ieee-wide|okabe-ito|reference|vagan-gmm|vagan-smm|acm-wide|baseline|cifar100|evaluate|notebook|spectral|standard|cifar10|fashion|hc-mgan|neurips|strokes|coil20|column|direct|gan-em|kmeans|linear|nature|slides|below|mnist|moons|range|right|score|serif|tab10|train|tuned|auto|cvpr|fast|grey|icml|ieee|page|sans|test|umap|usps|vade|acm|all|gmm|knn|log)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotRuns_choice ddpmChoice

syn region ddpm_plotSchedule matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+schedule%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotSchedule_option,ddpm_plotSchedule_choice
syn match ddpm_plotSchedule_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|square|alpha|style|title|width|font|with|dpi|out)\=@=" contained
hi def link ddpm_plotSchedule_option ddpmOption
syn match ddpm_plotSchedule_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|shifted|sigmoid|column|cosine|direct|linear|nature|nichol|scaled|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|zero|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotSchedule_choice ddpmChoice

syn region ddpm_plotTree matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+tree%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotTree_option,ddpm_plotTree_choice
syn match ddpm_plotTree_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|palette|samples|sidecar|height|legend|number|square|alpha|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_plotTree_option ddpmOption
syn match ddpm_plotTree_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotTree_choice ddpmChoice

syn region ddpm_plotMixture matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+mixture%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotMixture_option,ddpm_plotMixture_choice
syn match ddpm_plotMixture_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|square|alpha|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_plotMixture_option ddpmOption
syn match ddpm_plotMixture_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotMixture_choice ddpmChoice

syn region ddpm_plotConfusion matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+confusion%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotConfusion_option,ddpm_plotConfusion_choice
syn match ddpm_plotConfusion_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|normalise|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|square|alpha|split|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_plotConfusion_option ddpmOption
syn match ddpm_plotConfusion_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|train|auto|cvpr|grey|icml|ieee|page|sans|test|acm|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotConfusion_choice ddpmChoice

syn region ddpm_plotLoss matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+loss%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotLoss_option,ddpm_plotLoss_choice
syn match ddpm_plotLoss_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|square|alpha|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_plotLoss_option ddpmOption
syn match ddpm_plotLoss_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|neurips|column|direct|nature|slides|below|right|serif|tab10|auto|cvpr|grey|icml|ieee|page|sans|acm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotLoss_choice ddpmChoice

syn region ddpm_plotPca matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+pca%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotPca_option,ddpm_plotPca_choice
syn match ddpm_plotPca_option "\v%([[:alnum:]_./+:~*-])@<!%(transparent|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|points|square|alpha|color|space|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_plotPca_option ddpmOption
syn match ddpm_plotPca_choice "\v%([[:alnum:]_./+:~*-])@<!%(correctness|nature-wide|probability|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|cluster|latents|neurips|column|direct|nature|pixels|slides|below|label|right|serif|tab10|train|auto|cvpr|grey|icml|ieee|none|page|sans|test|acm|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotPca_choice ddpmChoice

syn region ddpm_plotMisclustered matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+misclustered%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotMisclustered_option,ddpm_plotMisclustered_choice
syn match ddpm_plotMisclustered_option "\v%([[:alnum:]_./+:~*-])@<!%(exaggeration|transparent|iterations|perplexity|thumbnails|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|points|square|alpha|early|space|style|title|width|font|dpi|out)\=@=" contained
hi def link ddpm_plotMisclustered_option ddpmOption
syn match ddpm_plotMisclustered_choice "\v%([[:alnum:]_./+:~*-])@<!%(nature-wide|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|notebook|standard|latents|neurips|column|direct|nature|pixels|slides|below|right|serif|tab10|train|auto|cvpr|grey|icml|ieee|page|sans|test|acm|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotMisclustered_choice ddpmChoice

syn region ddpm_plotTsne matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=plot\s+tsne%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_plotTsne_option,ddpm_plotTsne_choice
syn match ddpm_plotTsne_option "\v%([[:alnum:]_./+:~*-])@<!%(exaggeration|transparent|iterations|perplexity|overwrite|pointsize|fontsize|subtitle|palette|sidecar|height|legend|points|square|alpha|color|early|marks|space|style|title|width|font|add|dpi|out)\=@=" contained
hi def link ddpm_plotTsne_option ddpmOption
syn match ddpm_plotTsne_choice "\v%([[:alnum:]_./+:~*-])@<!%(correctness|nature-wide|probability|cvpr-wide|icml-wide|ieee-wide|okabe-ito|acm-wide|assigned|notebook|standard|cluster|latents|neurips|column|direct|images|nature|pixels|points|slides|below|label|right|serif|tab10|train|auto|cvpr|grey|icml|ieee|none|page|sans|test|acm|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_plotTsne_choice ddpmChoice

syn region ddpm_runsScript matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=runs\s+script%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_runsShow matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=runs\s+show%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue

syn region ddpm_baselineVagan-smm matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+vagan-smm%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineVagan-smm_option,ddpm_baselineVagan-smm_choice
syn match ddpm_baselineVagan-smm_option "\v%([[:alnum:]_./+:~*-])@<!%(reconstruction-weight|pretraining-batch|pretraining-rate|variance-start|decay-rounds|weight-decay|critic-rate|pretraining|clusters|restarts|penalty|latent|length|rounds|width1|width2|width3|batch|beta1|beta2|decay|floor|prior|slope|split|rate)\=@=" contained
hi def link ddpm_baselineVagan-smm_option ddpmOption
syn match ddpm_baselineVagan-smm_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|gaussian|student|copied|narrow|scaled|train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineVagan-smm_choice ddpmChoice

syn region ddpm_baselineVagan-gmm matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+vagan-gmm%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineVagan-gmm_option,ddpm_baselineVagan-gmm_choice
syn match ddpm_baselineVagan-gmm_option "\v%([[:alnum:]_./+:~*-])@<!%(reconstruction-weight|pretraining-batch|pretraining-rate|variance-start|decay-rounds|weight-decay|critic-rate|pretraining|clusters|restarts|penalty|latent|length|rounds|width1|width2|width3|batch|beta1|beta2|decay|floor|slope|split|rate)\=@=" contained
hi def link ddpm_baselineVagan-gmm_option ddpmOption
syn match ddpm_baselineVagan-gmm_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|copied|narrow|scaled|train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineVagan-gmm_choice ddpmChoice

syn region ddpm_baselineHc-mgan matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+hc-mgan%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineHc-mgan_option,ddpm_baselineHc-mgan_choice
syn match ddpm_baselineHc-mgan_option "\v%([[:alnum:]_./+:~*-])@<!%(refinement-epochs|generator-norms|generator-rate|epoch-images|least-change|check-epoch|check-every|pretraining|refinements|check-loss|class-rate|generators|raw-epochs|diversity|attempts|clusters|latent|length|rounds|width1|width2|batch|beta1|beta2|noise|slope|split|rate)\=@=" contained
hi def link ddpm_baselineHc-mgan_option ddpmOption
syn match ddpm_baselineHc-mgan_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|scaled|train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineHc-mgan_choice ddpmChoice

syn region ddpm_baselineGan-em matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+gan-em%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineGan-em_option,ddpm_baselineGan-em_choice
syn match ddpm_baselineGan-em_option "\v%([[:alnum:]_./+:~*-])@<!%(generator-rate|encoder-batch|encoder-steps|encoder-rate|pretraining|clusters|latent|length|passes|rounds|width1|width2|width3|batch|beta1|beta2|decay|slope|split|rate)\=@=" contained
hi def link ddpm_baselineGan-em_option ddpmOption
syn match ddpm_baselineGan-em_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|scaled|train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineGan-em_choice ddpmChoice

syn region ddpm_baselineClustergan matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+clustergan%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineClustergan_option,ddpm_baselineClustergan_choice
syn match ddpm_baselineClustergan_option "\v%([[:alnum:]_./+:~*-])@<!%(class-weight|critic-steps|noise-weight|critic-rate|pretraining|deviation|clusters|restarts|penalty|latent|length|rounds|width1|width2|width3|batch|beta1|beta2|slope|split|steps|rate)\=@=" contained
hi def link ddpm_baselineClustergan_option ddpmOption
syn match ddpm_baselineClustergan_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|scaled|train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineClustergan_choice ddpmChoice

syn region ddpm_baselineVade matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+vade%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineVade_option,ddpm_baselineVade_choice
syn match ddpm_baselineVade_option "\v%([[:alnum:]_./+:~*-])@<!%(pretraining-batch|pretraining-rate|variance-start|decay-rounds|pretraining|least-rate|clusters|restarts|epsilon|weights|latent|length|rounds|width1|width2|width3|batch|decay|floor|split|rate)\=@=" contained
hi def link ddpm_baselineVade_option ddpmOption
syn match ddpm_baselineVade_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|uniform|fitted|narrow|random|scaled|train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineVade_choice ddpmChoice

syn region ddpm_baselineAutoencoder matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+autoencoder%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineAutoencoder_option,ddpm_baselineAutoencoder_choice
syn match ddpm_baselineAutoencoder_option "\v%([[:alnum:]_./+:~*-])@<!%(pretraining|clusters|grouping|restarts|latent|rounds|width1|width2|width3|batch|floor|split|rate)\=@=" contained
hi def link ddpm_baselineAutoencoder_option ddpmOption
syn match ddpm_baselineAutoencoder_choice "\v%([[:alnum:]_./+:~*-])@<!%(kmeans|train|test|all|gmm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineAutoencoder_choice ddpmChoice

syn region ddpm_baselineSpectral matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+spectral%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineSpectral_option,ddpm_baselineSpectral_choice
syn match ddpm_baselineSpectral_option "\v%([[:alnum:]_./+:~*-])@<!%(pretraining|iterations|neighbours|clusters|restarts|rounds|split)\=@=" contained
hi def link ddpm_baselineSpectral_option ddpmOption
syn match ddpm_baselineSpectral_choice "\v%([[:alnum:]_./+:~*-])@<!%(train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineSpectral_choice ddpmChoice

syn region ddpm_baselineUmap matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+umap%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineUmap_option,ddpm_baselineUmap_choice
syn match ddpm_baselineUmap_option "\v%([[:alnum:]_./+:~*-])@<!%(negative-samples|min-distance|pretraining|covariance|neighbours|clusters|restarts|epochs|latent|rounds|spread|floor|split|rate)\=@=" contained
hi def link ddpm_baselineUmap_option ddpmOption
syn match ddpm_baselineUmap_choice "\v%([[:alnum:]_./+:~*-])@<!%(diagonal|train|full|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineUmap_choice ddpmChoice

syn region ddpm_baselineGmm matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+gmm%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineGmm_option,ddpm_baselineGmm_choice
syn match ddpm_baselineGmm_option "\v%([[:alnum:]_./+:~*-])@<!%(pretraining|covariance|iterations|tolerance|clusters|restarts|rounds|floor|split)\=@=" contained
hi def link ddpm_baselineGmm_option ddpmOption
syn match ddpm_baselineGmm_choice "\v%([[:alnum:]_./+:~*-])@<!%(diagonal|train|full|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineGmm_choice ddpmChoice

syn region ddpm_baselineKmeans matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=baseline\s+kmeans%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_baselineKmeans_option,ddpm_baselineKmeans_choice
syn match ddpm_baselineKmeans_option "\v%([[:alnum:]_./+:~*-])@<!%(pretraining|iterations|tolerance|clusters|restarts|rounds|split)\=@=" contained
hi def link ddpm_baselineKmeans_option ddpmOption
syn match ddpm_baselineKmeans_choice "\v%([[:alnum:]_./+:~*-])@<!%(train|test|all)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_baselineKmeans_choice ddpmChoice

syn region ddpm_modelVagan-smm matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+vagan-smm%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelVagan-smm_option,ddpm_modelVagan-smm_choice
syn match ddpm_modelVagan-smm_option "\v%([[:alnum:]_./+:~*-])@<!%(reconstruction-weight|pretraining-batch|pretraining-rate|variance-start|decay-rounds|weight-decay|critic-rate|clusters|restarts|penalty|latent|length|width1|width2|width3|batch|beta1|beta2|decay|floor|prior|slope|rate)\=@=" contained
hi def link ddpm_modelVagan-smm_option ddpmOption
syn match ddpm_modelVagan-smm_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|gaussian|student|copied|narrow|scaled|auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelVagan-smm_choice ddpmChoice

syn region ddpm_modelVagan-gmm matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+vagan-gmm%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelVagan-gmm_option,ddpm_modelVagan-gmm_choice
syn match ddpm_modelVagan-gmm_option "\v%([[:alnum:]_./+:~*-])@<!%(reconstruction-weight|pretraining-batch|pretraining-rate|variance-start|decay-rounds|weight-decay|critic-rate|clusters|restarts|penalty|latent|length|width1|width2|width3|batch|beta1|beta2|decay|floor|slope|rate)\=@=" contained
hi def link ddpm_modelVagan-gmm_option ddpmOption
syn match ddpm_modelVagan-gmm_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|copied|narrow|scaled|auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelVagan-gmm_choice ddpmChoice

syn region ddpm_modelHc-mgan matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+hc-mgan%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelHc-mgan_option,ddpm_modelHc-mgan_choice
syn match ddpm_modelHc-mgan_option "\v%([[:alnum:]_./+:~*-])@<!%(refinement-epochs|generator-norms|generator-rate|epoch-images|least-change|check-epoch|check-every|refinements|check-loss|class-rate|generators|raw-epochs|diversity|attempts|clusters|latent|length|width1|width2|batch|beta1|beta2|noise|slope|rate)\=@=" contained
hi def link ddpm_modelHc-mgan_option ddpmOption
syn match ddpm_modelHc-mgan_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|scaled|auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelHc-mgan_choice ddpmChoice

syn region ddpm_modelGan-em matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+gan-em%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelGan-em_option,ddpm_modelGan-em_choice
syn match ddpm_modelGan-em_option "\v%([[:alnum:]_./+:~*-])@<!%(generator-rate|encoder-batch|encoder-steps|encoder-rate|clusters|latent|length|passes|width1|width2|width3|batch|beta1|beta2|decay|slope|rate)\=@=" contained
hi def link ddpm_modelGan-em_option ddpmOption
syn match ddpm_modelGan-em_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|scaled|auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelGan-em_choice ddpmChoice

syn region ddpm_modelClustergan matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+clustergan%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelClustergan_option,ddpm_modelClustergan_choice
syn match ddpm_modelClustergan_option "\v%([[:alnum:]_./+:~*-])@<!%(class-weight|critic-steps|noise-weight|critic-rate|deviation|clusters|restarts|penalty|latent|length|width1|width2|width3|batch|beta1|beta2|slope|steps|rate)\=@=" contained
hi def link ddpm_modelClustergan_option ddpmOption
syn match ddpm_modelClustergan_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|scaled|auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelClustergan_choice ddpmChoice

syn region ddpm_modelVade matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+vade%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelVade_option,ddpm_modelVade_choice
syn match ddpm_modelVade_option "\v%([[:alnum:]_./+:~*-])@<!%(pretraining-batch|pretraining-rate|variance-start|decay-rounds|least-rate|clusters|restarts|epsilon|weights|latent|length|width1|width2|width3|batch|decay|floor|rate)\=@=" contained
hi def link ddpm_modelVade_option ddpmOption
syn match ddpm_modelVade_choice "\v%([[:alnum:]_./+:~*-])@<!%(published|uniform|fitted|narrow|random|scaled|auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelVade_choice ddpmChoice

syn region ddpm_modelAutoencoder matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+autoencoder%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelAutoencoder_option,ddpm_modelAutoencoder_choice
syn match ddpm_modelAutoencoder_option "\v%([[:alnum:]_./+:~*-])@<!%(clusters|grouping|restarts|latent|width1|width2|width3|batch|floor|rate)\=@=" contained
hi def link ddpm_modelAutoencoder_option ddpmOption
syn match ddpm_modelAutoencoder_choice "\v%([[:alnum:]_./+:~*-])@<!%(kmeans|auto|gmm)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelAutoencoder_choice ddpmChoice

syn region ddpm_modelSpectral matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+spectral%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelSpectral_option,ddpm_modelSpectral_choice
syn match ddpm_modelSpectral_option "\v%([[:alnum:]_./+:~*-])@<!%(iterations|neighbours|clusters|restarts)\=@=" contained
hi def link ddpm_modelSpectral_option ddpmOption
syn match ddpm_modelSpectral_choice "\v%([[:alnum:]_./+:~*-])@<!%(auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelSpectral_choice ddpmChoice

syn region ddpm_modelUmap matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+umap%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelUmap_option,ddpm_modelUmap_choice
syn match ddpm_modelUmap_option "\v%([[:alnum:]_./+:~*-])@<!%(negative-samples|min-distance|covariance|neighbours|clusters|restarts|epochs|latent|spread|floor|rate)\=@=" contained
hi def link ddpm_modelUmap_option ddpmOption
syn match ddpm_modelUmap_choice "\v%([[:alnum:]_./+:~*-])@<!%(diagonal|auto|full)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelUmap_choice ddpmChoice

syn region ddpm_modelGmm matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+gmm%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelGmm_option,ddpm_modelGmm_choice
syn match ddpm_modelGmm_option "\v%([[:alnum:]_./+:~*-])@<!%(covariance|iterations|tolerance|clusters|restarts|floor)\=@=" contained
hi def link ddpm_modelGmm_option ddpmOption
syn match ddpm_modelGmm_choice "\v%([[:alnum:]_./+:~*-])@<!%(diagonal|auto|full)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelGmm_choice ddpmChoice

syn region ddpm_modelKmeans matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+kmeans%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelKmeans_option,ddpm_modelKmeans_choice
syn match ddpm_modelKmeans_option "\v%([[:alnum:]_./+:~*-])@<!%(iterations|tolerance|clusters|restarts)\=@=" contained
hi def link ddpm_modelKmeans_option ddpmOption
syn match ddpm_modelKmeans_choice "\v%([[:alnum:]_./+:~*-])@<!%(auto)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelKmeans_choice ddpmChoice

syn region ddpm_modelCoil20 matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+coil20%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelCoil20_option,ddpm_modelCoil20_choice
syn match ddpm_modelCoil20_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|reference-side|beta-start|components|confidence|fit-points|iterations|neighbours|partitions|snr-gamma|timesteps|tolerance|weighting|beta-end|capacity|channels|clusters|grouping|restarts|rotation|schedule|spectral|variance|dropout|elastic|freedom|aspect|lambda|latent|memory|motion|shrink|surest|target|batch|floor|gamma|prior|range|shear|shift|clip|flip|grow|kept|rate|ema|fit|kl)\=@=" contained
hi def link ddpm_modelCoil20_option ddpmOption
syn match ddpm_modelCoil20_choice "\v%([[:alnum:]_./+:~*-])@<!%(consensus|posterior|symmetric|gaussian|velocity|forward|min-snr|shifted|sigmoid|student|uniform|unmoved|cosine|linear|nichol|sample|scaled|fixed|graph|noise|auto|live|mean|none|unit|zero)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelCoil20_choice ddpmChoice

syn region ddpm_modelCifar10 matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+cifar10%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelCifar10_option,ddpm_modelCifar10_choice
syn match ddpm_modelCifar10_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|reference-side|beta-start|components|confidence|fit-points|iterations|neighbours|partitions|snr-gamma|timesteps|tolerance|weighting|beta-end|capacity|channels|clusters|grouping|restarts|rotation|schedule|spectral|variance|dropout|elastic|freedom|aspect|lambda|latent|memory|motion|shrink|surest|target|batch|floor|gamma|prior|range|shear|shift|clip|flip|grow|kept|rate|ema|fit|kl)\=@=" contained
hi def link ddpm_modelCifar10_option ddpmOption
syn match ddpm_modelCifar10_choice "\v%([[:alnum:]_./+:~*-])@<!%(consensus|posterior|symmetric|gaussian|velocity|forward|min-snr|shifted|sigmoid|student|uniform|unmoved|cosine|linear|nichol|sample|scaled|fixed|graph|noise|auto|live|mean|none|unit|zero)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelCifar10_choice ddpmChoice

syn region ddpm_modelFashion matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+fashion%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelFashion_option,ddpm_modelFashion_choice
syn match ddpm_modelFashion_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|reference-side|beta-start|components|confidence|fit-points|iterations|neighbours|partitions|snr-gamma|timesteps|tolerance|weighting|beta-end|capacity|channels|clusters|grouping|restarts|rotation|schedule|spectral|variance|dropout|elastic|freedom|aspect|lambda|latent|memory|motion|shrink|surest|target|batch|floor|gamma|prior|range|shear|shift|clip|flip|grow|kept|rate|ema|fit|kl)\=@=" contained
hi def link ddpm_modelFashion_option ddpmOption
syn match ddpm_modelFashion_choice "\v%([[:alnum:]_./+:~*-])@<!%(consensus|posterior|symmetric|gaussian|velocity|forward|min-snr|shifted|sigmoid|student|uniform|unmoved|cosine|linear|nichol|sample|scaled|fixed|graph|noise|auto|live|mean|none|unit|zero)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelFashion_choice ddpmChoice

syn region ddpm_modelReference matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+reference%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelReference_option,ddpm_modelReference_choice
syn match ddpm_modelReference_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|reference-side|beta-start|components|confidence|fit-points|iterations|neighbours|partitions|snr-gamma|timesteps|tolerance|weighting|beta-end|capacity|channels|clusters|grouping|restarts|rotation|schedule|spectral|variance|dropout|elastic|freedom|aspect|lambda|latent|memory|motion|shrink|surest|target|batch|floor|gamma|prior|range|shear|shift|clip|flip|grow|kept|rate|ema|fit|kl)\=@=" contained
hi def link ddpm_modelReference_option ddpmOption
syn match ddpm_modelReference_choice "\v%([[:alnum:]_./+:~*-])@<!%(consensus|posterior|symmetric|gaussian|velocity|forward|min-snr|shifted|sigmoid|student|uniform|unmoved|cosine|linear|nichol|sample|scaled|fixed|graph|noise|auto|live|mean|none|unit|zero)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelReference_choice ddpmChoice

syn region ddpm_modelTuned matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+tuned%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelTuned_option,ddpm_modelTuned_choice
syn match ddpm_modelTuned_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|reference-side|beta-start|components|confidence|fit-points|iterations|neighbours|partitions|snr-gamma|timesteps|tolerance|weighting|beta-end|capacity|channels|clusters|grouping|restarts|rotation|schedule|spectral|variance|dropout|elastic|freedom|aspect|lambda|latent|memory|motion|shrink|surest|target|batch|floor|gamma|prior|range|shear|shift|clip|flip|grow|kept|rate|ema|fit|kl)\=@=" contained
hi def link ddpm_modelTuned_option ddpmOption
syn match ddpm_modelTuned_choice "\v%([[:alnum:]_./+:~*-])@<!%(consensus|posterior|symmetric|gaussian|velocity|forward|min-snr|shifted|sigmoid|student|uniform|unmoved|cosine|linear|nichol|sample|scaled|fixed|graph|noise|auto|live|mean|none|unit|zero)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelTuned_choice ddpmChoice

syn region ddpm_modelFast matchgroup=ddpmCommand start="\v%(%(^|[;{}])\s*)@<=model\s+fast%([[:alnum:]_./+:~*=-])@!" skip="\\\s*$"
  \ end="\ze[;{}#]" end="$" contains=@ddpmValue,ddpm_modelFast_option,ddpm_modelFast_choice
syn match ddpm_modelFast_option "\v%([[:alnum:]_./+:~*-])@<!%(responsibilities|reference-side|beta-start|components|confidence|fit-points|iterations|neighbours|partitions|snr-gamma|timesteps|tolerance|weighting|beta-end|capacity|channels|clusters|grouping|restarts|rotation|schedule|spectral|variance|dropout|elastic|freedom|aspect|lambda|latent|memory|motion|shrink|surest|target|batch|floor|gamma|prior|range|shear|shift|clip|flip|grow|kept|rate|ema|fit|kl)\=@=" contained
hi def link ddpm_modelFast_option ddpmOption
syn match ddpm_modelFast_choice "\v%([[:alnum:]_./+:~*-])@<!%(consensus|posterior|symmetric|gaussian|velocity|forward|min-snr|shifted|sigmoid|student|uniform|unmoved|cosine|linear|nichol|sample|scaled|fixed|graph|noise|auto|live|mean|none|unit|zero)%([[:alnum:]_./+:~*=-])@!" contained
hi def link ddpm_modelFast_choice ddpmChoice

hi def link ddpmCommand Keyword
hi def link ddpmStatement Conditional
hi def link ddpmOption Identifier
hi def link ddpmChoice Constant
hi def link ddpmToggle Boolean
hi def link ddpmNumber Number
hi def link ddpmString String
hi def link ddpmEscape SpecialChar
hi def link ddpmVariable PreProc
hi def link ddpmContinuation Special
hi def link ddpmComment Comment
hi def link ddpmCell Title

let b:current_syntax = "ddpm"
let &cpo = s:saved_cpo
unlet s:saved_cpo
