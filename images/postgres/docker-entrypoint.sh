#!/usr/bin/env bash
# Prepares a data folder on the first start, then becomes the server.
#
# The contract is the official image's: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB, POSTGRES_INITDB_ARGS (each
# also as <NAME>_FILE), POSTGRES_INITDB_WALDIR, POSTGRES_HOST_AUTH_METHOD, PGDATA, /docker-entrypoint-initdb.d.
# One thing is stronger: a first start that is cut off leaves nothing that looks like a finished data folder.
set -Eeuo pipefail

readonly init_folder=/docker-entrypoint-initdb.d

log() { echo "docker-entrypoint: $*" >&2; }
die() {
  log "$*"
  exit 1
}

# Sets NAME from NAME or the file named by NAME_FILE, else to the default; never both.
from_env_or_file() {
  local name=$1 default=${2-} file_name=$1_FILE
  if [[ -n ${!name-} && -n ${!file_name-} ]]; then
    die "both $name and $file_name are set: keep one"
  fi
  if [[ -n ${!file_name-} ]]; then
    [[ -r ${!file_name} ]] || die "$file_name names ${!file_name}, which cannot be read"
    printf -v "$name" '%s' "$(<"${!file_name}")"
  elif [[ -z ${!name-} ]]; then
    printf -v "$name" '%s' "$default"
  fi
  unset "$file_name"
}

# Whether the command only prints something, so that no data folder is needed.
only_prints() {
  local argument
  for argument; do
    case $argument in
      -'?' | --help | -V | --version | --describe-config) return 0 ;;
    esac
  done
  return 1
}

prepare_folders() {
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA" 2>/dev/null || true
  mkdir -p /var/run/postgresql 2>/dev/null || true
  if [[ -n ${POSTGRES_INITDB_WALDIR-} ]]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
  fi
  if [[ $(id -u) -eq 0 ]]; then
    local folder
    for folder in "$PGDATA" /var/run/postgresql ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}; do
      find "$folder" \! -user postgres -exec chown postgres:postgres {} +
    done
    # A folder inside the volume needs a parent in which the server's user may rename.
    if [[ $PGDATA == /var/lib/postgresql/data/* ]]; then
      chown postgres:postgres /var/lib/postgresql/data
    fi
  fi
}

check_settings() {
  if [[ -z $POSTGRES_PASSWORD && ${POSTGRES_HOST_AUTH_METHOD-} != trust ]]; then
    die "the data folder is empty and POSTGRES_PASSWORD is not set: set it (or POSTGRES_PASSWORD_FILE);" \
      "POSTGRES_HOST_AUTH_METHOD=trust allows every connection without one"
  fi
  if [[ ${POSTGRES_HOST_AUTH_METHOD-} == trust ]]; then
    log "POSTGRES_HOST_AUTH_METHOD=trust: without another hba_file anyone who reaches the port is superuser"
  fi
}

# The folder in which the cluster is made: beside PGDATA, to be renamed when complete, unless PGDATA is a mount.
staging_folder() {
  local parent
  parent=$(dirname "$PGDATA")
  if [[ -w $parent ]] && ! mountpoint -q "$PGDATA" && rmdir "$PGDATA" 2>/dev/null; then
    echo "$parent/.$(basename "$PGDATA").incomplete"
  else
    echo "$PGDATA"
  fi
}

make_cluster() {
  local folder=$1
  local -a arguments=(--pgdata="$folder" --username="$POSTGRES_USER")
  [[ -z ${POSTGRES_INITDB_WALDIR-} ]] || arguments+=(--waldir="$POSTGRES_INITDB_WALDIR")
  # The value is a command line in one string, as in the official image, quotes included.
  local -a more=()
  eval "more=($POSTGRES_INITDB_ARGS)"
  if [[ -n $POSTGRES_PASSWORD ]]; then
    initdb "${arguments[@]}" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") "${more[@]}"
  else
    initdb "${arguments[@]}" "${more[@]}"
  fi
}

add_host_rule() {
  local method=${POSTGRES_HOST_AUTH_METHOD:-}
  [[ -n $method ]] || method=$(postgres -D "$1" -C password_encryption)
  printf '\nhost all all all %s\n' "$method" >>"$1/pg_hba.conf"
}

run_psql() {
  PGPASSWORD=$POSTGRES_PASSWORD psql --no-psqlrc --no-password --set=ON_ERROR_STOP=1 \
    --username="$POSTGRES_USER" "$@"
}

run_init_files() {
  local file
  for file in "$init_folder"/*; do
    case $file in
      *.sh)
        log "running $file"
        if [[ -x $file ]]; then "$file"; else . "$file"; fi
        ;;
      *.sql) log "running $file"; run_psql --dbname="$POSTGRES_DB" --file="$file" ;;
      *.sql.gz) log "running $file"; gunzip --stdout "$file" | run_psql --dbname="$POSTGRES_DB" ;;
      *.sql.xz) log "running $file"; xz --decompress --stdout "$file" | run_psql --dbname="$POSTGRES_DB" ;;
      *.sql.zst) log "running $file"; zstd --decompress --stdout "$file" | run_psql --dbname="$POSTGRES_DB" ;;
      "$init_folder/*") ;;
      *) log "ignoring $file" ;;
    esac
  done
}

# Database and init files, through a server that listens on its socket only. Takes the server's own arguments.
fill_cluster() {
  local folder=$1 exists
  shift
  PGUSER=$POSTGRES_USER pg_ctl --pgdata="$folder" --wait \
    --options="$(printf '%q ' "$@" -c listen_addresses= -p "${PGPORT:-5432}")" start
  exists=$(run_psql --dbname=postgres --tuples-only --no-align --set=name="$POSTGRES_DB" \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'name'")
  if [[ -z $exists ]]; then
    run_psql --dbname=postgres --set=name="$POSTGRES_DB" <<<'CREATE DATABASE :"name"'
  fi
  (
    export PGDATA=$folder PGHOST=/var/run/postgresql POSTGRES_USER POSTGRES_PASSWORD POSTGRES_DB
    export PGPASSWORD=$POSTGRES_PASSWORD
    run_init_files
  )
  PGUSER=$POSTGRES_USER pg_ctl --pgdata="$folder" --mode=fast --wait stop
}

first_start() {
  local folder waldir=${POSTGRES_INITDB_WALDIR-}
  check_settings
  folder=$(staging_folder)
  if [[ $folder != "$PGDATA" ]]; then
    rm -rf "$folder" ${waldir:+"$waldir"/*}
    trap 'mkdir -p "$PGDATA"' EXIT
  fi
  make_cluster "$folder"
  add_host_rule "$folder"
  fill_cluster "$folder" "$@"
  if [[ $folder != "$PGDATA" ]]; then
    trap - EXIT
    sync -f "$folder"
    mv --no-target-directory "$folder" "$PGDATA"
    sync -f "$PGDATA"
  fi
  log "the data folder is ready"
}

main() {
  if [[ ${1-} == -* ]]; then
    set -- postgres "$@"
  fi
  if [[ ${1-} != postgres ]] || only_prints "$@"; then
    exec "$@"
  fi
  prepare_folders
  if [[ $(id -u) -eq 0 ]]; then
    exec setpriv --reuid=postgres --regid=postgres --init-groups -- "$BASH_SOURCE" "$@"
  fi
  if [[ ! -s $PGDATA/PG_VERSION ]]; then
    from_env_or_file POSTGRES_PASSWORD
    from_env_or_file POSTGRES_USER postgres
    from_env_or_file POSTGRES_DB "$POSTGRES_USER"
    from_env_or_file POSTGRES_INITDB_ARGS
    first_start "${@:2}"
  fi
  # The server needs none of them, and its environment can be read by its own user.
  unset POSTGRES_PASSWORD PGPASSWORD
  exec "$@"
}

main "$@"
