#!/usr/bin/env bash
# Rebuilds every guest from its sources, says which bytes differ from the committed ones, and writes dist/hashes.json.
#
#   npm run guests                       all of them
#   npm run guests -- mapper echo        only these (hashes.json keeps the others)
#
# The toolchain is installed once under .cache/guests; tools that are already there serve instead:
#   WASM_TOOLS, WIT_BINDGEN   paths of the binaries (else those on PATH, when their version fits)
#   ZIG_PYTHON                a python that has the ziglang wheel
#   PREVIEW1_ADAPTERS         the folder that has wasi_snapshot_preview1.{reactor,command}.wasm
#   WASI_WIT                  the folder that has WASI 0.2.0's texts: io/, clocks/, cli/ and so on
set -euo pipefail
export LC_ALL=C

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(dirname "$here")"
cache="$root/.cache/guests"
dist="$here/dist"
registry="$root/registry/wasm"

ZIG_VERSION=0.15.2
WASM_TOOLS_VERSION=1.254.0
WIT_BINDGEN_VERSION=0.63.0
ADAPTER_VERSION=50.0.1
WASI_WIT_VERSION=0.12.1 # of the crate; its texts are WASI 0.2.0
# What registry/wasm holds: a guest, or guest:name where the registry has another name for it.
SAMPLE_REGISTRY_GUESTS=(mapper compute greet sleep:sleep_test)

say() { printf '%s\n' "guests: $*" >&2; }
die() { say "$*"; exit 1; }

# --- toolchain ---------------------------------------------------------------------------------------------------

# tool VAR COMMAND CRATE VERSION FEATURES: sets VAR to a binary of exactly that version.
tool() {
  local var=$1 command=$2 crate=$3 version=$4 features=$5
  if [ -n "${!var:-}" ]; then
    [ -x "${!var}" ] || die "$var=${!var} is not an executable file: unset it or give the path of $command $version"
  elif command -v "$command" >/dev/null && "$command" --version | grep -qwF "$version"; then
    printf -v "$var" %s "$(command -v "$command")"
  else
    if [ ! -x "$cache/bin/$command" ] || [ "$(cat "$cache/bin/$command.features" 2>/dev/null)" != "$version $features" ]; then
      command -v cargo >/dev/null || die "$command $version is missing and so is cargo to install it: install Rust, or set $var"
      say "installing $command $version (about 3 minutes)"
      cargo install --quiet --root "$cache" "$crate@$version" --locked --force --no-default-features \
        --features "$features"
      printf %s "$version $features" > "$cache/bin/$command.features"
    fi
    printf -v "$var" %s "$cache/bin/$command"
  fi
  say "$command: ${!var} ($("${!var}" --version))"
}

install_zig() {
  if [ -z "${ZIG_PYTHON:-}" ]; then
    ZIG_PYTHON="$cache/zig/bin/python"
    if [ ! -x "$ZIG_PYTHON" ]; then
      command -v python3 >/dev/null || die "python3 is missing: install it (with venv), or set ZIG_PYTHON"
      say "installing zig $ZIG_VERSION (400 MB)"
      python3 -m venv "$cache/zig"
      "$ZIG_PYTHON" -m pip install --quiet "ziglang==$ZIG_VERSION"
    fi
  fi
  local got
  got="$("$ZIG_PYTHON" -m ziglang version)"
  [ "$got" = "$ZIG_VERSION" ] || die "zig is $got, expected $ZIG_VERSION: other versions give other bytes"
  say "zig: $ZIG_PYTHON ($got)"
  export ZIG_GLOBAL_CACHE_DIR="$cache/zig-cache"
}

# vendored CRATE VERSION: unpacks one crate into $cache/crates/CRATE-VERSION, once; sets $crate_folder.
vendored() {
  crate_folder="$cache/crates/$1-$2"
  [ -d "$crate_folder" ] && return
  command -v cargo >/dev/null || die "cargo is missing to fetch the crate $1 $2: install Rust, or see the head of build.sh"
  say "fetching the crate $1 $2"
  local work="$cache/fetch-$1"
  rm -rf "$work" && mkdir -p "$work/src" "$cache/crates"
  printf '[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n%s = "=%s"\n' "$1" "$2" > "$work/Cargo.toml"
  : > "$work/src/lib.rs"
  (cd "$work" && cargo vendor --quiet vendor >/dev/null)
  mv "$work/vendor/$1" "$crate_folder"
}

# The adapters that turn preview1 libc calls into wasi 0.2 imports; they come inside a crate.
install_adapters() {
  [ -n "${PREVIEW1_ADAPTERS:-}" ] && return
  vendored wasi-preview1-component-adapter-provider "$ADAPTER_VERSION"
  PREVIEW1_ADAPTERS="$crate_folder/artefacts"
}

# The texts of the WASI interfaces that worlds name; they come inside a crate.
install_wasi_wit() {
  [ -n "${WASI_WIT:-}" ] && return
  vendored wasi "$WASI_WIT_VERSION"
  WASI_WIT="$crate_folder/wit/deps"
}

# --- building ----------------------------------------------------------------------------------------------------

# Compiles C for wasm; -s (strip) unless the caller's flags keep the names.
cc() { "$ZIG_PYTHON" -m ziglang cc --target=wasm32-wasi -Os -Wall -Wextra -Wno-unused-parameter -Wl,-z,stack-size=65536 "$@"; }

# finish NAME FILE: validates FILE, compares it with the committed bytes, and puts it into dist.
finish() {
  local name=$1 file=$2 target="$dist/$1.wasm"
  "$WASM_TOOLS" validate --features all "$file"
  if [ ! -f "$target" ]; then
    say "$name: new ($(wc -c < "$file") bytes)"
  elif cmp -s "$file" "$target"; then
    say "$name: identical"
  else
    say "$name: DIFFERENT from the committed bytes ($(wc -c < "$target") -> $(wc -c < "$file"))"
    changed+=("$name")
  fi
  mkdir -p "$(dirname "$target")"
  cp "$file" "$target"
}

# core NAME FOLDER WORLD [wit-bindgen flags] -- [cc flags]: FOLDER's C ($source, else guest.c) and WIT -> a core module,
# path in $core_file.
core() {
  local name=$1 folder="$here/$2" world=$3 out="$cache/build/$1"
  shift 3
  local bindgen=()
  while [ $# -gt 0 ] && [ "$1" != -- ]; do bindgen+=("$1"); shift; done
  [ $# -gt 0 ] && shift
  local c_name=${world//-/_} wit="$folder/wit"
  [ -d "$wit" ] || wit="$folder/world.wit"
  rm -rf "$out" && mkdir -p "$out/gen"
  if grep -rqE '(import|include|export|use) wasi:' "$wit"; then
    install_wasi_wit
    if [ -d "$wit" ]; then cp -r "$wit" "$out/wit"; else mkdir "$out/wit" && cp "$wit" "$out/wit/"; fi
    mkdir -p "$out/wit/deps"
    cp -r "$WASI_WIT"/* "$out/wit/deps/"
    wit="$out/wit"
  fi
  "$WIT_BINDGEN" c "$wit" --world "$world" --out-dir "$out/gen" "${bindgen[@]}" >"$out/wit-bindgen.log" 2>&1 || { cat "$out/wit-bindgen.log" >&2; exit 1; }
  core_file="$out/core.wasm"
  (cd "$folder" && cc -mexec-model=reactor "-I$out/gen" "-I$here/common" "$@" "${source:-guest.c}" -Wno-unused -Wno-sign-compare \
    "$out/gen/$c_name.c" "$out/gen/${c_name}_component_type.o" -o "$core_file")
}

# c_guest NAME: a component from C, stripped, whose world has the folder's name.
c_guest() {
  core "$1" "$1" "$1" -- -s
  "$WASM_TOOLS" component new "$core_file" -o "$cache/build/$1.wasm"
  finish "$1" "$cache/build/$1.wasm"
}

# text_guest NAME FILE: a hand-written module or component.
text_guest() {
  mkdir -p "$(dirname "$cache/build/$1.wasm")"
  "$WASM_TOOLS" parse "$here/$2" -o "$cache/build/$1.wasm"
  finish "$1" "$cache/build/$1.wasm"
}

build_mapper() { c_guest mapper; }
build_compute() { c_guest compute; }
build_greet() { c_guest greet; }

build_echo() {
  core echo echo echo --no-sig-flattening -- -s
  "$WASM_TOOLS" component new "$core_file" -o "$cache/build/echo.wasm"
  finish echo "$cache/build/echo.wasm"
}

build_echo_utf16() {
  core echo-utf16 echo echo --no-sig-flattening --string-encoding utf16 -- -s -DGUEST_UTF16
  "$WASM_TOOLS" component new "$core_file" -o "$cache/build/echo-utf16.wasm"
  finish echo-utf16 "$cache/build/echo-utf16.wasm"
}

build_echo_latin1() { text_guest echo-latin1 echo-latin1/component.wat; }

build_resources() { c_guest resources; }

# Keeps the name section, so that traps name their functions; only debug information goes.
build_fail() {
  core fail fail fail -- -g
  "$WASM_TOOLS" strip --delete "^\\.debug" "$core_file" -o "$core_file.names"
  "$WASM_TOOLS" component new "$core_file.names" -o "$cache/build/fail.wasm"
  finish fail "$cache/build/fail.wasm"
}

build_fail_abi() { text_guest fail-abi fail-abi/component.wat; }
build_fail_handles() { text_guest fail-handles fail-handles/component.wat; }
build_imports() { c_guest imports; }

# adapted_guest NAME: as c_guest, and libc's preview1 calls become wasi 0.2 imports through the adapter.
adapted_guest() {
  install_adapters
  core "$1" "$1" "$1" -- -s
  "$WASM_TOOLS" component new "$core_file" --adapt "wasi_snapshot_preview1=$PREVIEW1_ADAPTERS/wasi_snapshot_preview1.reactor.wasm" \
    -o "$cache/build/$1.wasm"
  finish "$1" "$cache/build/$1.wasm"
}

build_libc() { adapted_guest libc; }
build_files() { adapted_guest files; }

build_sleep() { c_guest sleep; }
build_env() { c_guest env; }
build_random() { c_guest random; }
build_stdio() { c_guest stdio; }
build_attempts() { c_guest attempts; }
build_funcs_caller() { c_guest funcs-caller; }
build_http_out() { c_guest http-out; }
build_tcp() { c_guest tcp; }
build_http_echo() { c_guest http-echo; }

build_crossings() { text_guest crossings crossings/component.wat; }
build_linked() { text_guest linked linked/component.wat; }
# Two components linked into one: a UTF-16 half that imports what a UTF-8 half exports.
build_compose() {
  source=words.c core compose-words compose words-half -- -s
  "$WASM_TOOLS" component new "$core_file" -o "$cache/build/compose-words.wasm"
  source=reader.c core compose-reader compose reader --string-encoding utf16 -- -s
  "$WASM_TOOLS" component new "$core_file" -o "$cache/build/compose-reader.wasm"
  "$WASM_TOOLS" compose "$cache/build/compose-reader.wasm" -d "$cache/build/compose-words.wasm" \
    -o "$cache/build/compose.wasm" >"$cache/build/compose.log" 2>&1 || { cat "$cache/build/compose.log" >&2; exit 1; }
  finish compose "$cache/build/compose.wasm"
}
# A program, as a module for preview 1 and as a component.
build_command() {
  install_adapters
  mkdir -p "$cache/build/core"
  (cd "$here/command" && cc -mexec-model=command -s main.c -o "$cache/build/core/command.wasm")
  finish core/command "$cache/build/core/command.wasm"
  "$WASM_TOOLS" component new "$cache/build/core/command.wasm" \
    --adapt "wasi_snapshot_preview1=$PREVIEW1_ADAPTERS/wasi_snapshot_preview1.command.wasm" -o "$cache/build/command.wasm"
  finish command "$cache/build/command.wasm"
}

# Core modules, not components: the section that carries the WIT goes, for the entry's `wit` field says it.
build_core() {
  core core/strings core/strings strings -- -s
  "$WASM_TOOLS" strip --delete "^component-type" "$core_file" -o "$cache/build/core/strings.wasm"
  finish core/strings "$cache/build/core/strings.wasm"
  text_guest core/answer core/answer.wat
  text_guest core/raw-numbers core/raw-numbers.wat
  text_guest core/old-names core/old-names.wat
  text_guest core/preview1 core/preview1.wat
  (cd "$here/core/reactor" && cc -mexec-model=reactor -s reactor.c -o "$cache/build/core/reactor.wasm")
  finish core/reactor "$cache/build/core/reactor.wasm"
}

GUESTS=(mapper compute greet echo echo-utf16 echo-latin1 resources fail fail-abi fail-handles imports libc files crossings linked compose core
  sleep env random stdio attempts funcs-caller http-out http-echo tcp command)

# --- hashes ------------------------------------------------------------------------------------------------------

write_hashes() {
  local files=() separator='' file
  while IFS= read -r file; do files+=("${file#./}"); done < <(cd "$dist" && find . -name '*.wasm' | sort)
  {
    printf '{\n'
    for file in "${files[@]}"; do
      printf '%s  "%s": "sha256:%s"' "$separator" "$file" "$(sha256sum "$dist/$file" | cut -d' ' -f1)"
      separator=$',\n'
    done
    printf '\n}\n'
  } > "$dist/hashes.json"
}

main() {
  local wanted=("$@") guest changed=()
  [ ${#wanted[@]} -gt 0 ] || wanted=("${GUESTS[@]}")
  for guest in "${wanted[@]}"; do
    printf '%s\n' "${GUESTS[@]}" | grep -qxF -- "$guest" || die "no guest is called \"$guest\": there are ${GUESTS[*]}"
  done
  mkdir -p "$cache/build" "$dist" "$registry"
  tool WASM_TOOLS wasm-tools wasm-tools "$WASM_TOOLS_VERSION" component,validate,print,parse,strip,compose
  tool WIT_BINDGEN wit-bindgen wit-bindgen-cli "$WIT_BINDGEN_VERSION" c
  install_zig
  for guest in "${wanted[@]}"; do "build_${guest//-/_}"; done
  for guest in "${SAMPLE_REGISTRY_GUESTS[@]}"; do cp "$dist/${guest%:*}.wasm" "$registry/${guest#*:}.wasm"; done
  write_hashes
  if [ ${#changed[@]} -gt 0 ]; then
    say "changed: ${changed[*]}: commit them with dist/hashes.json, and update the hashes in registry/ where they are named"
  else
    say "${#wanted[@]} guests built; no committed bytes changed"
  fi
}

main "$@"
