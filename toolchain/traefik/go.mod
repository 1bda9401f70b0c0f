// Only pins Traefik's checksum for build.sh, which builds Traefik as its own main module.
module strongroom/toolchain/traefik

go 1.24.0

require github.com/traefik/traefik/v3 v3.6.7
