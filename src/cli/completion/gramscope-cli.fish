# fish completion for gramscope-cli
#
# SPDX-License-Identifier: MIT

set -l commands devices datasets analyze train sweep learn figure selftest bench
set -l on __fish_seen_subcommand_from
set -l problem 'analyze train sweep learn figure'
set -l network 'analyze train sweep figure'
set -l training 'train sweep figure'

complete -c gramscope-cli -f
complete -c gramscope-cli -n __fish_use_subcommand -a devices -d 'list the compute devices'
complete -c gramscope-cli -n __fish_use_subcommand -a datasets -d 'list, download, inspect datasets'
complete -c gramscope-cli -n __fish_use_subcommand -a analyze -d 'what H∞ says'
complete -c gramscope-cli -n __fish_use_subcommand -a train -d 'full-batch gradient descent'
complete -c gramscope-cli -n __fish_use_subcommand -a sweep -d 'fractions of random labels'
complete -c gramscope-cli -n __fish_use_subcommand -a learn -d 'which functions are learnable'
complete -c gramscope-cli -n __fish_use_subcommand -a figure -d 'draw a figure of the paper'
complete -c gramscope-cli -n __fish_use_subcommand -a selftest -d 'check a device'
complete -c gramscope-cli -n __fish_use_subcommand -a bench -d 'measure this machine'
complete -c gramscope-cli -n __fish_use_subcommand -l version -d 'the version'
complete -c gramscope-cli -s h -l help -d 'options and their defaults'

complete -c gramscope-cli -n "$on $problem" -l dataset -rF -a 'glyphs mnist fashion-mnist kmnist cifar10 cifar100' -d 'name or path'
complete -c gramscope-cli -n "$on $problem datasets" -l data-dir -ra '(__fish_complete_directories)' -d 'looked at first'
complete -c gramscope-cli -n "$on $problem" -l classes -x -d 'A,B: +1 and −1'
complete -c gramscope-cli -n "$on $network" -s n -l samples -x -d 'training images'
complete -c gramscope-cli -n "$on $network" -l test-samples -x -d 'test images'
complete -c gramscope-cli -n "$on $problem" -l select -xa 'first random' -d 'which images'
complete -c gramscope-cli -n "$on $problem" -l preprocess -xa 'none center pixel-center standardize'
complete -c gramscope-cli -n "$on $problem" -l seed -x -d 'of every random choice'
complete -c gramscope-cli -n "$on analyze train figure" -l labels -xa 'true random worst mixed: true,random,worst'
complete -c gramscope-cli -n "$on $network" -l width -x -d 'hidden neurons m'
complete -c gramscope-cli -n "$on $network" -l eta -x -d 'step size η'
complete -c gramscope-cli -n "$on $network" -l kappa -x -d 'scale of the initial weights'
complete -c gramscope-cli -n "$on $network" -l init -xa 'iid antisymmetric'
complete -c gramscope-cli -n "$on $problem selftest bench" -l device -xa 'auto cpu cuda'
complete -c gramscope-cli -n "$on $network" -l formulation -xa 'auto weights samples sparse lazy'
complete -c gramscope-cli -n "$on $network" -l precision -xa 'auto fp32 tf32 bf16-split'
complete -c gramscope-cli -n "$on $problem selftest bench" -l threads -x -d 'CPU threads'
complete -c gramscope-cli -n "$on $training" -l steps -x -d 'steps of gradient descent'
complete -c gramscope-cli -n "$on $training" -l until-residual -x -d 'stop at R·‖y‖'
complete -c gramscope-cli -n "$on $training" -l record-every -x -d 'record every N steps'
complete -c gramscope-cli -n "$on $commands" -l json -rF -d 'write JSON'
complete -c gramscope-cli -n "$on train sweep learn figure" -l csv -rF -d 'write or read a table'
complete -c gramscope-cli -n "$on analyze" -l predict-at -x -d 'steps k'
complete -c gramscope-cli -n "$on analyze" -l spectrum -xa 'none full'
complete -c gramscope-cli -n "$on analyze" -l spectrum-out -rF -d 'eigenvalues and projections'
complete -c gramscope-cli -n "$on train" -l checkpoint -rF -d 'keep the state here'
complete -c gramscope-cli -n "$on train" -l resume -rF -d 'go on from a checkpoint'
complete -c gramscope-cli -n "$on train" -l dump-init -ra '(__fish_complete_directories)'
complete -c gramscope-cli -n "$on sweep figure" -l fractions -x -d 'FIRST:LAST:STEP'
complete -c gramscope-cli -n "$on sweep figure" -l seeds -x -d 'nets a fraction'
complete -c gramscope-cli -n "$on sweep" -l resume -d 'keep finished cells'
complete -c gramscope-cli -n "$on learn" -l function -xa 'linear power quadratic cosine arctan'
complete -c gramscope-cli -n "$on learn" -l alpha -x
complete -c gramscope-cli -n "$on learn" -l power -x
complete -c gramscope-cli -n "$on learn" -l beta-norm -x
complete -c gramscope-cli -n "$on learn" -l n-list -x
complete -c gramscope-cli -n "$on learn" -l inputs -xa 'sphere dataset'
complete -c gramscope-cli -n "$on learn" -l dimension -x
complete -c gramscope-cli -n "$on figure" -xa 'convergence spectrum generalization movement patterns modes budget noise learnability mislabel test 1a 1b 1c 1d 2a 2b'
complete -c gramscope-cli -n "$on figure" -l out -rF -d '.svg, .png, .pdf or .csv'
complete -c gramscope-cli -n "$on figure" -l size -x -d WxH
complete -c gramscope-cli -n "$on figure" -l dpi -x
complete -c gramscope-cli -n "$on figure" -l theme -xa 'light dark print'
complete -c gramscope-cli -n "$on datasets" -xa 'list get info'
complete -c gramscope-cli -n "$on datasets" -l yes -d 'take files without a known checksum'
