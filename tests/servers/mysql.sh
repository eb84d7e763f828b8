#!/usr/bin/env bash
# MySQL (Oracle's, not MariaDB) on a free loopback port. See lib.sh for the verbs.
#   MYSQL_VERSION  9 (the newest there is; 8.0 and 8.4 are in no package archive, use their images)
#   MYSQL_OPTS     more server options, e.g. "--log-bin=binlog"
# The server is Debian sid's mysql-server-core with all its libraries, unpacked beside the host.
# User test, password test (caching_sha2_password, all rights), database test; user root without a password on
# the socket DIR/s.sock.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
remember MYSQL_VERSION MYSQL_OPTS -- "$@"
MYSQL_VERSION=${MYSQL_VERSION:-9}
STOPSIG=TERM

do_install() {
  [ "$MYSQL_VERSION" = 9 ] || die "no packages of MySQL $MYSQL_VERSION: there is 9"
  debtree mysql-sid sid mysql-server-core 'perl perl-base' 'usr/sbin/*' 'usr/bin/*'
  local share=$TREE/usr/share/mysql
  MYSQLD=("$TREE/usr/sbin/mysqld" --no-defaults "--basedir=$TREE/usr" "--lc-messages-dir=$share"
          "--character-sets-dir=$share/charsets" "--plugin-dir=$TREE/usr/lib/mysql/plugin" --secure-file-priv=)
}

describe() { "${MYSQLD[@]}" --version; }

do_init() {
  rm -rf "$DIR/data"
  cat >"$DIR/init.sql" <<S
CREATE DATABASE IF NOT EXISTS test;
CREATE USER IF NOT EXISTS 'test'@'%' IDENTIFIED BY 'test';
GRANT ALL ON *.* TO 'test'@'%' WITH GRANT OPTION;
S
  as_server "${MYSQLD[@]}" --initialize-insecure --datadir="$DIR/data" --tmpdir=/tmp --innodb-redo-log-capacity=16M \
     --innodb-data-file-path=ibdata1:12M:autoextend >"$DIR/init.log" 2>&1 || { tail -n 8 "$DIR/init.log" >&2; die "initialisation failed; log: $DIR/init.log"; }
}

do_start() {
  local off p; off=$(size_of "$DIR/server.log"); touch "$DIR/server.log"
  if [ "$(id -u)" = 0 ]; then chown "$DBSRV_USER:" "$DIR/server.log"; fi
  rm -f "$DIR/s.sock" "$DIR/s.sock.lock"   # a killed server that nobody has collected yet still looks alive to the lock
  # shellcheck disable=SC2086
  p=$(launch "$DIR/server.log" "${MYSQLD[@]}" --datadir="$DIR/data" --port="$PORT" --bind-address=127.0.0.1 \
      --socket="$DIR/s.sock" --pid-file="$DIR/mysqld.pid" --tmpdir=/tmp --skip-name-resolve --init-file="$DIR/init.sql" --mysqlx=OFF \
      --innodb-redo-log-capacity=16M --innodb-flush-log-at-trx-commit=2 --innodb-buffer-pool-size=64M \
      --skip-log-bin ${MYSQL_OPTS:-})
  echo "$p" >"$DIR/pid"
  wait_log "$p" "$DIR/server.log" "$off" 'ready for connections.* port: [1-9]' 90
}

url() { echo "mysql://test:test@127.0.0.1:$PORT/test"; }
main "$@"
