#!/usr/bin/env bash
# Makes the base of the locally built images: Debian bookworm with its security updates, from this machine's
# own package mirror, as one image layer.
#
#   usage: build.sh TAG [LABEL=VALUE]...      as root; prints the image id
#
# Only where no registry answers: elsewhere the Dockerfiles stand on the official slim image by its digest.
set -euo pipefail

tag=${1:?usage: build.sh TAG [LABEL=VALUE]...}
shift
readonly suite=bookworm

die() {
  echo "images/base: $1" >&2
  exit 1
}

[[ $(id -u) -eq 0 ]] || die "debootstrap needs root; run as root, or build where a registry can be reached"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"

# The machine's own mirror is the one that is known to answer here; without one debootstrap uses its default.
mirror_of() {
  apt-get indextargets --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 2>/dev/null |
    awk -v release="$1" '$1 == release && $2 == "main" { print $3; exit }'
}
mirror=$(mirror_of "$suite")
security=$(mirror_of "$suite-security")

work=$(mktemp -d "${TMPDIR:-/tmp}/strongroom-base.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
root=$work/rootfs

debootstrap --variant=minbase --force-check-gpg "$suite" "$root" ${mirror:+"$mirror"} >"$work/log" 2>&1 ||
  { tail -n 20 "$work/log" >&2; die "debootstrap failed${mirror:+ from $mirror}"; }

if [[ -n $security ]]; then
  echo "deb $security $suite-security main" >>"$root/etc/apt/sources.list"
fi

# Images carry no documentation and no package lists; what is installed on top follows the same rule.
cat >"$root/etc/dpkg/dpkg.cfg.d/strongroom-slim" <<'DPKG'
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/man/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-include /usr/share/locale/locale.alias
DPKG
cat >"$root/etc/apt/apt.conf.d/strongroom-slim" <<'APT'
APT::Install-Recommends "false";
Acquire::Languages "none";
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
APT
# No package may start a service while an image is built.
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 0755 "$root/usr/sbin/policy-rc.d"

{
  chroot "$root" apt-get update
  DEBIAN_FRONTEND=noninteractive chroot "$root" apt-get -y dist-upgrade
  chroot "$root" apt-get clean
} >>"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; die "the security updates failed"; }

rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/apt/*.bin "$root"/var/cache/debconf/*-old \
  "$root"/var/log/{bootstrap.log,dpkg.log,alternatives.log,apt} "$root"/usr/share/{man,info}/*
find "$root/usr/share/locale" -mindepth 1 -maxdepth 1 ! -name locale.alias -exec rm -rf {} +
find "$root/usr/share/doc" -type f ! -name copyright -delete
find "$root/usr/share/doc" -type l ! -name copyright -delete
find "$root/usr/share/doc" -type d -empty -delete
# What belongs to the building machine stays out: Docker provides these files at run time.
rm -f "$root/etc/hostname" "$root/etc/resolv.conf" "$root/etc/machine-id"
: >"$root/etc/machine-id"

changes=(--change "CMD [\"bash\"]")
for label in "$@"; do
  changes+=(--change "LABEL $label")
done
tar --create --directory "$root" --sort=name --numeric-owner . | docker import "${changes[@]}" - "$tag"
