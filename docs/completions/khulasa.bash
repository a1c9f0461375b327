# bash completion for khulasa(1)
_khulasa() {
    local current=$2 previous=$3 command=${COMP_WORDS[1]}
    local where='--socket --local --model --no-model --workers --verbose --help'
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        mapfile -t COMPREPLY < <(compgen -W 'summarize analyze train evaluate status --help --version' -- "$current")
        return
    fi
    case $previous in
    --format)
        local formats='text ndjson'
        [ "$command" = summarize ] && formats='text json ndjson markdown html'
        [[ $command = status || $command = evaluate ]] && formats='text json'
        mapfile -t COMPREPLY < <(compgen -W "$formats" -- "$current")
        return ;;
    --method)
        mapfile -t COMPREPLY < <(compgen -W 'default textrank lexrank centroid bm25 pacsum lead' -- "$current")
        return ;;
    --detail)
        mapfile -t COMPREPLY < <(compgen -W 'keyphrases figures duplicates scores' -- "$current")
        return ;;
    --unit | --set-unit)
        mapfile -t COMPREPLY < <(compgen -W 'utf-16 code-point grapheme utf-8' -- "$current")
        return ;;
    --offsets)
        mapfile -t COMPREPLY < <(compgen -W 'utf-8 utf-16 code-point' -- "$current")
        return ;;
    --sentences | --words | --characters | --ratio | --set-sentences | --set-words | \
        --set-characters | --set-ratio | --query | --workers | --name | --min-documents)
        return ;;
    esac
    if [[ $current == -* ]]; then
        local options=
        case $command in
        summarize) options="--sentences --words --characters --ratio --unit --set --both --set-sentences
            --set-words --set-characters --set-ratio --set-unit --query --method --detail --seen --explain
            --offsets --format $where" ;;
        analyze) options="--format --offsets $where" ;;
        train) options='--output --name --min-documents --help' ;;
        evaluate) options='--ratio --words --format --model --no-model --workers --help' ;;
        status) options='--socket --format --help' ;;
        esac
        mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
        return
    fi
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
}
complete -F _khulasa khulasa
