# Sourced by demo and test: where the sources are, and the Debian packages that are needed.
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

packages_build="gcc libc6-dev meson ninja-build pkg-config python3-minimal \
libevent-dev libopenblas-dev libjansson-dev libsystemd-dev libutf8proc-dev"
packages_test="clang libclang-rt-14-dev clang-format clang-tidy cppcheck valgrind curl python3 \
libcmocka-dev libseccomp-dev python3-prometheus-client scdoc systemd procps git jq netcat-openbsd python3-yaml python3-jsonschema \
zsh fish"
packages_package="dpkg-dev debhelper fakeroot lintian libcmocka-dev scdoc"

# need PACKAGE...: installs those that are missing, as root or with sudo.
need() {
    local missing=() package become=
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    [ "$(id -u)" -eq 0 ] || become=sudo
    echo "installing: ${missing[*]}"
    $become apt-get update -qq
    DEBIAN_FRONTEND=noninteractive $become apt-get install -y -qq --no-install-recommends \
        "${missing[@]}" >/dev/null
}

# configure FOLDER OPTION...: a build folder, made once.
configure() {
    local folder=$1
    shift
    [ -f "$folder/build.ninja" ] || meson setup "$folder" "$top" "$@" >"$folder.log" 2>&1 ||
        { cat "$folder.log" >&2; return 1; }
}
