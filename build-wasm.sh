#!/bin/sh
# Builds every .wasm file of the project from wasm-src/. See --help.
set -eu

# The programs of the gallery; a source that is not listed is a part of one that is.
ASSEMBLYSCRIPT_PROGRAMS='happycoin counter counter-racy mutex mutex-racy rwlock semaphore barrier
  deadlock notify-order life life-simd life-racy ring-buffer ring-buffer-racy thread-pool actors
  serialization digest'
C_PROGRAMS='happycoin counter counter-racy mutex mutex-racy rwlock semaphore barrier deadlock
  notify-order life life-simd life-racy ring-buffer ring-buffer-racy thread-pool actors serialization
  digest'
WAT_PROGRAMS='add endless'
# Programs with a main of their own, which start their threads themselves.
PTHREADS_PROGRAMS='happycoin-pthreads.c hello-threads.c hello-threads-cpp.cpp'

# The memory map that all guests share, so that modules of both languages and Java threads can work on
# one memory: the program's shared block from 1024, AssemblyScript's static data from 4 MiB, C's static
# data from 5 MiB and behind it the C stack of 8 MiB (128 workers of 64 KiB).
ASC_FLAGS='-O3 --runtime stub --enable threads --importMemory --noExportMemory --sharedMemory
  --initialMemory 256 --maximumMemory 1024 --memoryBase 4194304 --debug'
EMCC_FLAGS='-std=c11 -O3 -g2 -Wall -Wextra -Werror -matomics -mbulk-memory -nostdlib
  -sIMPORTED_MEMORY=1 -sINITIAL_MEMORY=16777216 -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=67108864
  -sGLOBAL_BASE=5242880 -sTOTAL_STACK=8388608
  -sSUPPORT_ERRNO=0 -sERROR_ON_UNDEFINED_SYMBOLS=0 -sWARN_ON_UNDEFINED_SYMBOLS=0
  -Wl,--shared-memory,--no-entry,--export=stackSave,--export=stackRestore,--export=stackAlloc'
# What programs whose names end in -simd are built with besides.
ASC_SIMD_FLAGS='--enable simd'
EMCC_SIMD_FLAGS='-msimd128'
# The assembly behind stackSave, stackRestore and stackAlloc; archives come after what needs them.
EMCC_LIBRARIES='-lcompiler_rt-mt'
# What a user of pthreads would say, and names of imports and functions that can be read.
PTHREADS_FLAGS='-O3 -g2 -Wall -Wextra -Werror -pthread -sEXIT_RUNTIME=1 -sDECLARE_ASM_MODULE_EXPORTS=0'
# Room for 128 threads with 2 MiB of stack each.
PTHREADS_MEMORY_FLAGS='-sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=536870912 -Wno-pthreads-mem-growth'
WAT_FLAGS='--enable-threads --debug-names'
# Some fixtures show what a host must refuse, so they use more than the gallery does.
FIXTURE_FLAGS='--enable-threads --enable-multi-memory --enable-memory64 --enable-exceptions --enable-tail-call'
# A program without threads.
UNTHREADED_FLAGS='-std=gnu11 -O2 -g2 -Wall -Wextra -Werror -sEXIT_RUNTIME=1'
# The same program by several options, each the name of a module and an option.
VARIANTS='main-module:-sMAIN_MODULE=2 own-files:-sWASMFS evaluated:-sEVAL_CTORS=2'
# A command of WASI, with the exceptions of WebAssembly.
STANDALONE_FLAGS='-O2 -g2 -Wall -Wextra -Werror -fwasm-exceptions -sSTANDALONE_WASM'
# With the debug information of either version, and without the path of this directory.
LINES_FLAGS='-O2 -g -matomics -mbulk-memory -mmutable-globals -fdebug-compilation-dir=/lines
  -Wall -Wextra -Werror'
LINES_LINK_FLAGS='--no-entry --import-memory --shared-memory --max-memory=131072
  --export=__stack_pointer'
# A library whose functions are called by name.
BOUND_FLAGS='-O2 -g2 -Wall -Wextra -Werror --bind -fexceptions'
# What is checked is to keep its functions.
CHECK_ASC_FLAGS='-O1'
# Functions that a host calls with texts, each with the allocator of its language.
TEXTS_ASC_FLAGS='-O2 --exportRuntime --debug'
TEXTS_EMCC_FLAGS='-std=c11 -O2 -g2 -Wall -Wextra -Werror -sSTANDALONE_WASM --no-entry -sALLOW_MEMORY_GROWTH=1
  -sEXPORTED_FUNCTIONS=_malloc,_free'

MODULES=src/main/resources/wasm
FIXTURES=src/test/resources/fixtures

usage() {
  cat <<'TEXT'
Usage: build-wasm.sh [--check]

Builds the modules of the gallery (src/main/resources/wasm, with BUILD.json, the record of tool
versions, flags and SHA-256) and those of the tests (src/test/resources/fixtures) from wasm-src/.

  --check   build into a temporary directory instead, and fail if any file differs from the one in
            the source tree, naming it
  --help    this text

Needs: node (18 or later) and npm, for AssemblyScript, which npm installs as
wasm-src/package-lock.json says; emcc (Debian's package emscripten, 3.1.6); wat2wasm (package wabt).
Other versions build modules that work but differ from the committed ones in their bytes.
TEXT
}

fail() {
  echo "build-wasm.sh: $1" >&2
  exit 1
}

need() { # command package
  command -v "$1" >/dev/null 2>&1 ||
    fail "$1 not found: install the package $2, for example with: apt-get install $2"
}

check_tools() {
  need node nodejs
  need npm npm
  need emcc emscripten
  need wat2wasm wabt
  node_version=$(node --version)
  node_major=${node_version#v}
  node_major=${node_major%%.*}
  [ "$node_major" -ge 18 ] ||
    fail "node is $node_version, AssemblyScript needs 18 or later: install a newer package nodejs"
  if command -v sha256sum >/dev/null 2>&1; then
    SHA256='sha256sum'
  elif command -v shasum >/dev/null 2>&1; then
    SHA256='shasum -a 256'
  else
    fail "sha256sum not found: install the package coreutils"
  fi
}

# Installs AssemblyScript unless what is installed is newer than the lock file.
install_assemblyscript() {
  installed=wasm-src/node_modules/.package-lock.json
  if [ ! -f "$installed" ] || [ -n "$(find wasm-src/package-lock.json -newer "$installed")" ]; then
    (cd wasm-src && npm ci --no-audit --no-fund --loglevel=error >"$TEMPORARY/npm.log" 2>&1) || {
      cat "$TEMPORARY/npm.log" >&2
      fail "npm could not install AssemblyScript: see above"
    }
  fi
}

# The names of a directory's sources without the extension, sorted.
names_in() { # directory extension
  (cd "$1" && ls -- *"$2") | sed "s/\\$2\$//" | LC_ALL=C sort
}

# The flags of a program's vectors, if it has any.
simd_flags() { # name flags
  case $1 in
    *-simd) echo "$2" ;;
  esac
}

build_assemblyscript() { # name output
  # From within wasm-src, because the path of the source becomes part of every function's name.
  # shellcheck disable=SC2086 # flags are words
  (cd wasm-src && node node_modules/assemblyscript/bin/asc.js "assembly/$1.ts" $ASC_FLAGS \
    $(simd_flags "$1" "$ASC_SIMD_FLAGS") \
    --outFile "$2") || fail "asc could not build wasm-src/assembly/$1.ts: see above"
}

build_c() { # name output
  # shellcheck disable=SC2086
  (cd wasm-src/c && emcc $EMCC_FLAGS $(simd_flags "$1" "$EMCC_SIMD_FLAGS") "$1.c" host.c \
    $EMCC_LIBRARIES -o "$2") ||
    fail "emcc could not build wasm-src/c/$1.c: see above"
  chmod 644 "$2"
}

# Emscripten builds such programs with the JavaScript of a page around them; only the module is kept.
build_pthreads() { # source output flags...
  pthreads_source=$1
  pthreads_output=$2
  shift 2
  case $pthreads_source in
    *.cpp) pthreads_compiler='em++ -std=c++17' ;;
    *) pthreads_compiler='emcc -std=c11 -D_GNU_SOURCE' ;;
  esac
  # From within the directory, because an assertion contains the path of its source.
  # shellcheck disable=SC2086
  (cd "${pthreads_source%/*}" && $pthreads_compiler $PTHREADS_FLAGS "$@" "${pthreads_source##*/}" \
    -o "$TEMPORARY/pthreads.js") || fail "emcc could not build $pthreads_source: see above"
  mv "$TEMPORARY/pthreads.wasm" "$pthreads_output"
  chmod 644 "$pthreads_output"
}

build_wat() { # source output flags...
  wat_source=$1
  wat_output=$2
  shift 2
  wat2wasm "$wat_source" -o "$wat_output" "$@" || fail "wat2wasm could not build $wat_source: see above"
}

build_modules() { # directory
  for name in $ASSEMBLYSCRIPT_PROGRAMS; do
    build_assemblyscript "$name" "$1/$name.wasm"
    record "$name.wasm" "wasm-src/assembly/$name.ts" "$1"
  done
  for name in $C_PROGRAMS; do
    build_c "$name" "$1/$name-c.wasm"
    record "$name-c.wasm" "wasm-src/c/$name.c" "$1"
  done
  for name in $WAT_PROGRAMS; do
    # shellcheck disable=SC2086
    build_wat "wasm-src/wat/$name.wat" "$1/$name.wasm" $WAT_FLAGS
    record "$name.wasm" "wasm-src/wat/$name.wat" "$1"
  done
  for source in $PTHREADS_PROGRAMS; do
    name=${source%.*}
    # shellcheck disable=SC2086
    build_pthreads "wasm-src/pthreads/$source" "$1/$name.wasm" $PTHREADS_MEMORY_FLAGS
    record "$name.wasm" "wasm-src/pthreads/$source" "$1"
  done
  write_record >"$1/BUILD.json"
}

build_fixtures() { # directory
  for name in $(names_in wasm-src/fixtures .wat); do
    # A backtrace through this one must do without names.
    if [ "$name" = no-names ]; then names=''; else names='--debug-names'; fi
    # shellcheck disable=SC2086
    build_wat "wasm-src/fixtures/$name.wat" "$1/$name.wasm" $FIXTURE_FLAGS $names
  done
  # shellcheck disable=SC2086
  (cd wasm-src && node node_modules/assemblyscript/bin/asc.js fixtures/check/as-check-cases.ts \
    $ASC_FLAGS $CHECK_ASC_FLAGS --outFile "$1/as-check-cases.wasm") ||
    fail "asc could not build as-check-cases.ts: see above"
  for name in $(names_in wasm-src/fixtures/pthreads .c); do
    build_pthreads_fixture "$name" "$name.c" "$1"
  done
  for name in $(names_in wasm-src/fixtures/pthreads .cpp); do
    build_pthreads_fixture "$name" "$name.cpp" "$1"
  done
  for name in $(names_in wasm-src/fixtures/unthreaded .c); do
    # shellcheck disable=SC2086
    (cd wasm-src/fixtures/unthreaded && emcc $UNTHREADED_FLAGS "$name.c" \
      -o "$TEMPORARY/$name.js") || fail "emcc could not build $name.c: see above"
    mv "$TEMPORARY/$name.wasm" "$1/unthreaded-$name.wasm"
    chmod 644 "$1/unthreaded-$name.wasm"
  done
  for variant in $VARIANTS; do
    # shellcheck disable=SC2086
    (cd wasm-src/fixtures/variants && emcc $UNTHREADED_FLAGS "${variant#*:}" begun.c \
      -o "$TEMPORARY/begun.js") || fail "emcc could not build begun.c with ${variant#*:}: see above"
    mv "$TEMPORARY/begun.wasm" "$1/begun-${variant%%:*}.wasm"
    chmod 644 "$1/begun-${variant%%:*}.wasm"
  done
  for name in $(names_in wasm-src/fixtures/standalone .cpp); do
    # shellcheck disable=SC2086
    (cd wasm-src/fixtures/standalone && em++ $STANDALONE_FLAGS "$name.cpp" \
      -o "$TEMPORARY/$name.wasm") || fail "em++ could not build $name.cpp: see above"
    mv "$TEMPORARY/$name.wasm" "$1/$name.wasm"
    chmod 644 "$1/$name.wasm"
  done
  for version in 4 5; do
    # Linked apart: Emscripten's optimiser does not know version 5.
    # shellcheck disable=SC2086
    (cd wasm-src/fixtures/lines && emcc $LINES_FLAGS -gdwarf-$version -c lines.c \
      -o "$TEMPORARY/lines.o") || fail "emcc could not build lines.c: see above"
    # shellcheck disable=SC2086
    wasm-ld-14 $LINES_LINK_FLAGS "$TEMPORARY/lines.o" -o "$1/lines$version.wasm" ||
      fail "wasm-ld-14 could not link lines.c: see above"
    chmod 644 "$1/lines$version.wasm"
  done
  for name in $(names_in wasm-src/fixtures/bound .cpp); do
    # shellcheck disable=SC2086
    (cd wasm-src/fixtures/bound && em++ $BOUND_FLAGS "$name.cpp" -o "$TEMPORARY/$name.js") ||
      fail "em++ could not build $name.cpp: see above"
    mv "$TEMPORARY/$name.wasm" "$1/$name.wasm"
    chmod 644 "$1/$name.wasm"
  done
  build_as_texts "$1/as-texts.wasm"
  build_as_texts "$1/as-texts-minimal.wasm" --runtime minimal
  # shellcheck disable=SC2086
  (cd wasm-src/fixtures/library && emcc $TEXTS_EMCC_FLAGS c-texts.c -o "$TEMPORARY/c-texts.wasm") ||
    fail "emcc could not build c-texts.c: see above"
  mv "$TEMPORARY/c-texts.wasm" "$1/c-texts.wasm"
  chmod 644 "$1/c-texts.wasm"
}

build_as_texts() { # output flags...
  as_texts_output=$1
  shift
  # shellcheck disable=SC2086
  (cd wasm-src && node node_modules/assemblyscript/bin/asc.js fixtures/library/as-texts.ts \
    $TEXTS_ASC_FLAGS "$@" --outFile "$as_texts_output") || fail "asc could not build as-texts.ts: see above"
}

build_pthreads_fixture() { # name source directory
  case $1 in
    growth)
      set -- "$@" -sALLOW_MEMORY_GROWTH=1 -sMAXIMUM_MEMORY=67108864 -Wno-pthreads-mem-growth
      ;;
    # Nothing is to become part of its caller, or the checker could not tell the library's code.
    check-cases | check-cases-cxx) set -- "$@" -O1 ;;
    called) set -- "$@" --no-entry ;;
    bound-threads) set -- "$@" --no-entry --bind ;;
    proxied) set -- "$@" -sPROXY_TO_PTHREAD=1 ;;
    minified) set -- "$@" -g0 -sDECLARE_ASM_MODULE_EXPORTS=1 ;;
    unsupported) set -- "$@" -std=gnu11 -Wno-dollar-in-identifier-extension ;;
    throws) set -- "$@" -fexceptions ;;
    throws-wasm) set -- "$@" -fwasm-exceptions ;;
    calendar) set -- "$@" -std=gnu11 ;;
    stuck-debug) set -- "$@" -O0 -sASSERTIONS=2 -sDECLARE_ASM_MODULE_EXPORTS=1 ;;
    plain) set -- "$@" -O2 -sEXIT_RUNTIME=0 -sDECLARE_ASM_MODULE_EXPORTS=1 ;;
  esac
  pthreads_fixture="$3/pthreads-$1.wasm"
  pthreads_fixture_source="wasm-src/fixtures/pthreads/$2"
  shift 3
  build_pthreads "$pthreads_fixture_source" "$pthreads_fixture" "$@"
}

record() { # module source directory
  sum=$($SHA256 "$3/$1")
  printf '    "%s": {"source": "%s", "sha256": "%s"}\n' "$1" "$2" "${sum%% *}" >>"$TEMPORARY/modules"
}

# The first number with dots in what a tool says of its version.
version_of() { # command
  "$1" --version 2>/dev/null | sed -n 's/^[^0-9]*\([0-9][0-9.]*\).*/\1/p' | head -n 1
}

one_line() {
  # shellcheck disable=SC2086
  echo $1
}

write_record() {
  asc_version=$(sed -n 's/^  "version": "\(.*\)",$/\1/p' wasm-src/node_modules/assemblyscript/package.json)
  cat <<JSON
{
  "tools": {
    "assemblyscript": "$asc_version",
    "emscripten": "$(emcc -dumpversion)",
    "wabt": "$(version_of wat2wasm)"
  },
  "flags": {
    "asc": "$(one_line "$ASC_FLAGS")",
    "asc, -simd": "$ASC_SIMD_FLAGS",
    "emcc": "$(one_line "$EMCC_FLAGS $EMCC_LIBRARIES")",
    "emcc, -simd": "$EMCC_SIMD_FLAGS",
    "emcc -pthread": "$(one_line "$PTHREADS_FLAGS $PTHREADS_MEMORY_FLAGS")",
    "wat2wasm": "$WAT_FLAGS"
  },
  "modules": {
$(LC_ALL=C sort "$TEMPORARY/modules" | sed '$!s/$/,/')
  }
}
JSON
}

# Lists the files of a built directory and of its committed counterpart that are not the same.
differences() { # built committed
  for file in "$1"/*; do
    name=${file##*/}
    if [ ! -f "$2/$name" ]; then
      echo "missing: $2/$name"
    elif ! cmp -s "$file" "$2/$name"; then
      echo "different: $2/$name"
    fi
  done
  for file in "$2"/*; do
    name=${file##*/}
    [ ! -f "$file" ] || [ -f "$1/$name" ] || echo "without a source: $file"
  done
}

check() {
  differences "$TEMPORARY/wasm" "$MODULES" >"$TEMPORARY/differences"
  differences "$TEMPORARY/fixtures" "$FIXTURES" >>"$TEMPORARY/differences"
  if [ -s "$TEMPORARY/differences" ]; then
    cat "$TEMPORARY/differences" >&2
    diff "$MODULES/BUILD.json" "$TEMPORARY/wasm/BUILD.json" | grep -E 'emscripten|assemblyscript|wabt' >&2 || :
    fail "$(grep -c . "$TEMPORARY/differences") file(s) differ from a fresh build: run ./build-wasm.sh"
  fi
  echo "every .wasm file is what its source builds"
}

install_built() {
  mkdir -p "$MODULES" "$FIXTURES"
  rm -f "$MODULES"/*.wasm "$FIXTURES"/*.wasm
  cp "$TEMPORARY"/wasm/* "$MODULES"
  cp "$TEMPORARY"/fixtures/* "$FIXTURES"
}

mode=build
for argument; do
  case $argument in
    --check) mode=check ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      echo "build-wasm.sh: unknown argument '$argument': try --help" >&2
      exit 2
      ;;
  esac
done

cd "$(dirname -- "$0")"
# These would change what is built, or print into the middle of it.
unset EMCC_CFLAGS EMCC_DEBUG
# Where Debian has the modules that Emscripten's optimiser of JavaScript needs.
NODE_PATH=${NODE_PATH:+$NODE_PATH:}/usr/share/nodejs
export NODE_PATH
check_tools
TEMPORARY=$(mktemp -d)
trap 'rm -rf "$TEMPORARY"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
mkdir "$TEMPORARY/wasm" "$TEMPORARY/fixtures"
install_assemblyscript
build_modules "$TEMPORARY/wasm"
build_fixtures "$TEMPORARY/fixtures"
if [ "$mode" = check ]; then check; else install_built; fi
