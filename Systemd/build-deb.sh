#!/bin/bash
# Makes ladepunkt_VERSION_ARCHITECTURE.deb of programs that are built.
#   build-deb.sh PROGRAMS OUTPUT
# PROGRAMS: folder with ladepunktd and ladepunkt. OUTPUT: folder for the package, whose path is printed.
# VERSION: default, the one in Sources/Units/Software.swift. COMPLETIONS: folder with a ladepunkt that runs here, where PROGRAMS are
# for another processor. MAINTAINER: who answers for the package.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
source=$(dirname "$here")
programs=$(cd "$1" && pwd)
output=$(mkdir -p "$2" && cd "$2" && pwd)
completions=${COMPLETIONS:-$programs}
version=${VERSION:-$(sed -n 's/.*version = "\(.*\)".*/\1/p' "$source/Sources/Units/Software.swift")}
maintainer=${MAINTAINER:-Ladepunkt maintainers <maintainers@ladepunkt.org>}

fail() { echo "build-deb.sh: $*" >&2; exit 1; }

for program in ladepunktd ladepunkt; do [[ -x $programs/$program ]] || fail "there is no $programs/$program: run 'make release'"; done
case $(od -An -tu2 -j18 -N2 "$programs/ladepunktd" | tr -d ' ') in
	62) architecture=amd64 ;;
	183) architecture=arm64 ;;
	40) architecture=armhf ;;
	*) fail "$programs/ladepunktd is for a processor that no package of ours is for" ;;
esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/DEBIAN"
chmod 755 "$root"
# The time of the last change, so that the same source makes the same package.
time=${SOURCE_DATE_EPOCH:-$(git -C "$source" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH=$time

put() { install -D -m "$1" "$2" "$root$3"; }
page() {
	install -d "$root/usr/share/man/man$2"
	sed -e "s/@VERSION@/$version/" -e "/@KEYS@/{r $work/keys" -e 'd}' "$here/man/$1.$2" | gzip -9n >"$root/usr/share/man/man$2/$1.$2.gz"
}

put 755 "$programs/ladepunktd" /usr/sbin/ladepunktd
put 755 "$programs/ladepunkt" /usr/bin/ladepunkt
put 644 "$here/ladepunkt.yaml" /etc/ladepunkt/ladepunkt.yaml
put 644 "$here/ladepunkt.yaml" /usr/share/ladepunkt/ladepunkt.yaml
(cd "$source/Board" && find . -name '*.yaml' -o -name '*.md') | while read -r file; do
	put 644 "$source/Board/$file" "/usr/share/ladepunkt/Board/${file#./}"
done
for unit in ladepunktd.service ladepunkt-update.service ladepunkt-update.path; do
	put 644 "$here/$unit" "/lib/systemd/system/$unit"
done
put 644 "$here/sysusers.conf" /usr/lib/sysusers.d/ladepunkt.conf
put 644 "$here/tmpfiles.conf" /usr/lib/tmpfiles.d/ladepunkt.conf
put 644 "$here/udev.rules" /lib/udev/rules.d/70-ladepunkt.rules
for program in "$here"/firmware/*; do put 755 "$program" "/usr/lib/ladepunkt/$(basename "$program")"; done
put 755 "$here/restart-board" /usr/lib/ladepunkt/restart-board
sed -E -f "$here/man/keys.sed" "$source/Sources/Agent/Agent.docc/ConfigurationFile.md" >"$work/keys"
page ladepunktd 8
page ladepunkt 1
page ladepunkt.yaml 5

install -d "$root"/usr/share/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
"$completions/ladepunkt" --generate-completion-script bash | sed "1{/^#!/d}" >"$root/usr/share/bash-completion/completions/ladepunkt"
"$completions/ladepunkt" --generate-completion-script zsh >"$root/usr/share/zsh/vendor-completions/_ladepunkt"
"$completions/ladepunkt" --generate-completion-script fish >"$root/usr/share/fish/vendor_completions.d/ladepunkt.fish"

put 644 "$here/debian/copyright.in" /usr/share/doc/ladepunkt/copyright
put 644 "$here/debian/lintian-overrides" /usr/share/lintian/overrides/ladepunkt
cat >"$work/changelog" <<END
ladepunkt ($version) stable; urgency=medium

  * What changed is told by the history of the source.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$time")
END
gzip -9nc "$work/changelog" >"$root/usr/share/doc/ladepunkt/changelog.gz"
chmod 644 "$root"/usr/share/doc/ladepunkt/changelog.gz

mkdir "$work/debian"
echo "Source: ladepunkt" >"$work/debian/control"
shlibs=$(cd "$work" && dpkg-shlibdeps -O "$root/usr/sbin/ladepunktd" "$root/usr/bin/ladepunkt" 2>"$work/shlibdeps.log") ||
	{ cat "$work/shlibdeps.log" >&2; fail "dpkg-shlibdeps does not know a library"; }
sed -e "s/@VERSION@/$version/" -e "s/@ARCHITECTURE@/$architecture/" -e "s/@MAINTAINER@/$maintainer/" \
	-e "s/@SHLIBS@/${shlibs#shlibs:Depends=}/" -e "s/@SIZE@/$(du -sk --apparent-size "$root" | cut -f1)/" \
	"$here/debian/control.in" >"$root/DEBIAN/control"
for script in postinst prerm postrm; do install -m 755 "$here/debian/$script" "$root/DEBIAN/$script"; done
install -m 644 "$here/debian/conffiles" "$root/DEBIAN/conffiles"
(cd "$root" && find . -type f ! -path './DEBIAN/*' ! -path './etc/*' -printf '%P\0' | sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
find "$root" -exec touch -hd "@$time" {} +

package=$output/ladepunkt_${version}_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >&2
echo "$package"
