# bash completion for gramscope-cli
#
# SPDX-License-Identifier: MIT

_gramscope_cli () {
  local current=$2 previous=$3 command=${COMP_WORDS[1]} options
  local commands='devices datasets analyze train sweep learn figure selftest bench'
  local data='--dataset --data-dir --classes --select --preprocess --seed'
  local sizes='--samples -n --test-samples'
  local net='--width --eta --kappa --init'
  local device='--device --threads'
  local step='--formulation --precision'
  local steps='--steps --until-residual --record-every'
  local figures='convergence spectrum generalization movement patterns modes budget noise
    learnability mislabel test 1a 1b 1c 1d 2a 2b'

  if [ "$COMP_CWORD" = 1 ]; then
    mapfile -t COMPREPLY < <(compgen -W "$commands --help --version" -- "$current")
    return
  fi
  case $previous in
    --dataset)
      mapfile -t COMPREPLY < <(compgen -W 'glyphs mnist fashion-mnist kmnist cifar10 cifar100' \
        -- "$current"; compgen -f -- "$current")
      return ;;
    --select) mapfile -t COMPREPLY < <(compgen -W 'first random' -- "$current"); return ;;
    --preprocess)
      mapfile -t COMPREPLY < <(compgen -W 'none center pixel-center standardize' -- "$current")
      return ;;
    --labels)
      mapfile -t COMPREPLY < <(compgen -W 'true random worst mixed: true,random,worst' \
        -- "$current")
      return ;;
    --init) mapfile -t COMPREPLY < <(compgen -W 'iid antisymmetric' -- "$current"); return ;;
    --device) mapfile -t COMPREPLY < <(compgen -W 'auto cpu cuda' -- "$current"); return ;;
    --formulation)
      mapfile -t COMPREPLY < <(compgen -W 'auto weights samples sparse lazy' -- "$current"); return ;;
    --precision)
      mapfile -t COMPREPLY < <(compgen -W 'auto fp32 tf32 bf16-split' -- "$current"); return ;;
    --spectrum) mapfile -t COMPREPLY < <(compgen -W 'none full' -- "$current"); return ;;
    --function)
      mapfile -t COMPREPLY < <(compgen -W 'linear power quadratic cosine arctan' -- "$current")
      return ;;
    --data-dir | --dump-init) mapfile -t COMPREPLY < <(compgen -d -- "$current"); return ;;
    --json | --csv | --checkpoint | --out | --spectrum-out | --resume)
      if [ "$command" != sweep ] || [ "$previous" != --resume ]; then
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
      fi ;;
  esac
  case $command in
    devices) options='--json' ;;
    datasets) options='--data-dir --json --yes list get info' ;;
    analyze) options="$data $sizes --labels $net $step $device --json --predict-at --spectrum --spectrum-out" ;;
    train) options="$data $sizes --labels $net $step $device $steps --json --csv --checkpoint --resume
      --dump-init" ;;
    sweep) options="$data $sizes $net $step $device $steps --fractions --seeds --csv --json
      --resume" ;;
    learn) options="$data $device --function --alpha --power --beta-norm --n-list --inputs
      --dimension --csv --json" ;;
    figure) options="$data $sizes --labels $net $step $device $steps --out --size --dpi --theme
      --fractions --seeds --csv $figures" ;;
    selftest) options='--device --threads --json' ;;
    bench) options='--device --threads --json' ;;
  esac
  mapfile -t COMPREPLY < <(compgen -W "$options --help" -- "$current")
}
complete -o filenames -F _gramscope_cli gramscope-cli
