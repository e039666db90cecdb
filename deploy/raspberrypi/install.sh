#!/usr/bin/env bash
# Makes a lending station of this computer, or brings it to the release on the stick. Needs no network with --no-apt.
# Run it as often as you like: what is already right is left alone, and settings and journal are never overwritten.
set -Eeuo pipefail
umask 022
export LC_ALL=C.UTF-8 PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
unset PIP_FIND_LINKS PIP_INDEX_URL PIP_EXTRA_INDEX_URL PYTHONPATH PYTHONHOME

HERE="$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)"
readonly HERE
readonly OPT=/opt/nabolan
readonly DATA=/var/lib/nabolan
readonly SETTINGS=/etc/nabolan/station.toml
readonly APT_PACKAGES=(python3-venv libgl1 libegl1 libgles2 libgbm1 libdrm2 libudev1 libmtdev1 libgl1-mesa-dri espeak-ng alsa-utils)
readonly NEED_MIB=600

# What is installed: source beside this script, place on the station, mode.
readonly FILES=(
  "nabolan-station.service        /etc/systemd/system/nabolan-station.service   0644"
  "nabolan-station.timer          /etc/systemd/system/nabolan-station.timer     0644"
  "99-nabolan.rules               /etc/udev/rules.d/99-nabolan.rules            0644"
  "modprobe.d/blacklist-nfc.conf  /etc/modprobe.d/blacklist-nfc.conf            0644"
  "sysusers.d/nabolan.conf        /etc/sysusers.d/nabolan.conf                  0644"
  "tmpfiles.d/nabolan.conf        /etc/tmpfiles.d/nabolan.conf                  0644"
  "nabolan-command                /usr/local/bin/nabolan                        0755"
)
readonly JOURNALD=/etc/systemd/journald.conf.d/nabolan.conf

action=install
wheelhouse="$HERE/wheelhouse"
use_apt=yes
journal_in_memory=no
changes=0
step="starting"
scratch=""
venv=""
old_previous=""
kept="Nothing was changed."

usage() {
  cat <<'TEXT'
Usage: sudo bash install.sh [--wheelhouse DIR] [--no-apt] [--journal-in-memory]
       sudo bash install.sh --previous
       sudo bash install.sh --uninstall

  --wheelhouse DIR      the folder with the packages; without it: "wheelhouse" beside this script
  --no-apt              do not call apt, for a station without network; all that is missing is named
  --journal-in-memory   keep diagnostics in memory to spare the SD card (they are gone after a power cut)
  --previous            go back to the release before this one
  --uninstall           remove the program; the journal and the settings stay
TEXT
}

say() { printf '%s\n' "$*"; }
did() { changes=$((changes + 1)); say "  changed: $*"; }

# stop_with WHAT-HAPPENED WHAT-TO-DO [WHAT-WAS-KEPT]
stop_with() {
  trap - ERR
  printf '\nSTOPPED. %s\nKept:    %s\nDo now:  %s\n' "$1" "${3:-$kept}" "$2" >&2
  exit 1
}
trap 'stop_with "A step did not work: $step." "Read the lines above, mend what they name and run the same command again; it goes on where it stopped."' ERR

leave_nothing_half_made() {
  if [ -n "$scratch" ]; then rm -rf "$scratch"; fi
  if [ -n "$venv" ] && [ -d "$venv" ] && [ ! -e "$venv/.complete" ]; then rm -rf "$venv"; fi
}
trap leave_nothing_half_made EXIT

enrolled() { [ -e "$DATA/identity.json" ]; }
running() { [ -d /run/systemd/system ]; }

# ---------------------------------------------------------------- before anything is changed

read_options() {
  while [ $# -gt 0 ]; do
    case "$1" in
      --wheelhouse)
        [ $# -ge 2 ] || stop_with "--wheelhouse needs a folder." "Run: sudo bash install.sh --wheelhouse DIR"
        wheelhouse="$2"
        shift
        ;;
      --no-apt) use_apt=no ;;
      --journal-in-memory) journal_in_memory=yes ;;
      --previous) action=previous ;;
      --uninstall) action=uninstall ;;
      -h | --help)
        usage
        exit 0
        ;;
      *)
        usage >&2
        stop_with "There is no option $1." "Use one of the options above."
        ;;
    esac
    shift
  done
}

check_root() {
  [ "$(id -u)" = 0 ] || stop_with "This needs the rights of root." "Run: sudo bash $0"
  exec 9>/run/nabolan-install.lock
  flock -n 9 || stop_with "Another install.sh is running." "Wait until it is done, then run this again."
}

check_machine() {
  local machine bits system release
  machine="$(uname -m)"
  bits="$(getconf LONG_BIT)"
  case "$machine/$bits" in
    aarch64/64 | x86_64/64) ;;
    *) stop_with "This system is $machine with $bits-bit programs; the station needs a 64-bit system." \
      "Write the 64-bit Raspberry Pi OS Lite to the card and start again." ;;
  esac
  system="$(sed -n 's/^ID=//p' /etc/os-release)"
  release="$(sed -n 's/^VERSION_ID=//p' /etc/os-release | tr -d '"')"
  case "$system/$release" in
    debian/12 | debian/13 | raspbian/12 | raspbian/13) ;;
    *) stop_with "This system is $system $release; the station is made for Raspberry Pi OS or Debian 12 and 13." \
      "Write the 64-bit Raspberry Pi OS Lite to the card and start again." ;;
  esac
}

check_wheelhouse() {
  local again="Make the stick again with bin/wheelhouse, then run this again."
  wheelhouse="$(realpath -m -- "$wheelhouse")"
  [ -f "$wheelhouse/SHA256SUMS" ] || stop_with "There is no wheelhouse in $wheelhouse." \
    "Give the folder that bin/wheelhouse made: sudo bash install.sh --wheelhouse DIR"
  (cd "$wheelhouse" && sha256sum --check --strict --quiet SHA256SUMS) ||
    stop_with "Files in $wheelhouse are damaged or missing." "$again"
  if [ -f "$HERE/SHA256SUMS" ]; then
    (cd "$HERE" && sha256sum --check --strict --quiet SHA256SUMS) || stop_with "Files in $HERE are damaged or missing." "$again"
  fi
  version="$(sed -n 's/^version=//p' "$wheelhouse/release.txt")"
  arch="$(sed -n 's/^arch=//p' "$wheelhouse/release.txt")"
  pythons="$(sed -n 's/^python=//p' "$wheelhouse/release.txt")"
  [[ "$version" =~ ^[0-9][0-9A-Za-z.+-]*$ ]] || stop_with "The wheelhouse names no version." "$again"
  [ "$arch" = "$(uname -m)" ] || stop_with "The wheelhouse is for $arch, this computer is $(uname -m)." \
    "Make the stick again with: bin/wheelhouse --arch $(uname -m) --out DIR"
  # Two builds may carry the same version; the fingerprint of all files tells them apart.
  release="$version-$(sha256sum "$wheelhouse/SHA256SUMS" | cut -c1-12)"
  venv="$OPT/venvs/$release"
}

check_disk() {
  local free
  [ -e "$venv/.complete" ] && return
  free="$(df --output=avail -m "$(existing_parent "$OPT")" | tail -n 1 | tr -d ' ')"
  [ "$free" -ge "$NEED_MIB" ] || stop_with "Only $free MiB are free; a release needs $NEED_MIB MiB." \
    "Use a bigger card, or remove what is not needed (sudo apt-get clean), then run this again."
}

existing_parent() {
  local path="$1"
  while [ ! -e "$path" ]; do path="$(dirname "$path")"; done
  say "$path"
}

# ---------------------------------------------------------------- packages of the system

missing_packages() {
  local name status
  for name in "${APT_PACKAGES[@]}"; do
    # Debian 13 has some of them with t64 at the end of the name. dpkg-query frowns when one of the two is unknown.
    status="$(dpkg-query -W -f '${Status}\n' "$name" "${name}t64" 2>/dev/null || true)"
    case "$status" in *"install ok installed"*) ;; *) say "$name" ;; esac
  done
}

install_packages() {
  local missing=()
  step="looking for the packages of the system"
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -gt 0 ]; then
    [ "$use_apt" = yes ] || stop_with "These packages of the system are missing: ${missing[*]}" \
      "With network run: sudo apt-get install --no-install-recommends ${missing[*]}"
    step="installing packages with apt"
    say "Installing with apt: ${missing[*]}"
    DEBIAN_FRONTEND=noninteractive apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
    did "packages of the system: ${missing[*]}"
  fi
}

check_python() {
  local have
  command -v python3 >/dev/null || stop_with "There is no python3." "Run: sudo apt-get install python3-venv"
  have="$(/usr/bin/python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
  /usr/bin/python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop_with "Python here is $have; the station needs 3.11 or newer." "Write a newer Raspberry Pi OS to the card."
  case " $pythons " in
    *" $have "*) ;;
    *) stop_with "The wheelhouse is for Python $pythons, this system has $have." \
      "Make the stick again with: bin/wheelhouse --python $have --out DIR" ;;
  esac
}

# ---------------------------------------------------------------- files, user, folders

# put SOURCE PLACE MODE: leave PLACE as a copy of SOURCE, whole at every moment. Sets put_changed to yes or no.
# (It is no yes-or-no command on purpose: inside an "if" the shell would walk on after an error in here.)
put() {
  local source="$1" place="$2" mode="$3"
  put_changed=no
  if cmp -s "$source" "$place" && [ "$(stat -c %a "$place")" = "${mode#0}" ]; then return; fi
  put_changed=yes
  install -D -m "$mode" "$source" "$place.new"
  mv -T "$place.new" "$place"
  did "$place"
}

install_files() {
  local line source place mode
  step="installing the files of the station"
  kept="The running release, the settings and the journal are as they were."
  unit_changed=no
  udev_changed=no
  for line in "${FILES[@]}"; do
    read -r source place mode <<<"$line"
    put "$HERE/$source" "$place" "$mode"
    if [ "$put_changed" = yes ]; then
      case "$place" in
        *.service | *.timer) unit_changed=yes ;;
        *.rules | */modprobe.d/*) udev_changed=yes ;;
      esac
    fi
  done
  if [ "$journal_in_memory" = yes ]; then
    put "$HERE/journald.conf.d/nabolan.conf" "$JOURNALD" 0644
    if [ "$put_changed" = yes ] && running; then systemctl restart systemd-journald; fi
  fi
}

make_user_and_folders() {
  step="making the user and the folders"
  if ! getent passwd nabolan >/dev/null; then did "user nabolan"; fi
  systemd-sysusers nabolan.conf
  systemd-tmpfiles --create nabolan.conf
  [ -d "$OPT/venvs" ] || install -d -m 0755 "$OPT/venvs"
}

install_settings() {
  step="installing the settings"
  put "$HERE/station.toml.example" /etc/nabolan/station.toml.example 0644
  if [ ! -e "$SETTINGS" ]; then put "$HERE/station.toml.example" "$SETTINGS" 0644; fi
}

# ---------------------------------------------------------------- the release

# as_station FOLDER COMMAND…: run a command of a release as the station's user, away from its data
as_station() {
  local folder="$1" program="$2"
  shift 2
  (cd / && runuser -u nabolan -- env HOME=/nonexistent KIVY_HOME="$scratch" KIVY_NO_ARGS=1 KIVY_NO_CONFIG=1 \
    KIVY_NO_FILELOG=1 KIVY_NO_CONSOLELOG=1 PYTHONDONTWRITEBYTECODE=1 "$folder/bin/$program" "$@")
}

imports() {
  scratch="$(mktemp -d)"
  chown nabolan: "$scratch"
  as_station "$1" python -c '
import cryptography.hazmat.primitives.asymmetric.ed25519, kivy._clock, kivy.graphics, nfc, orjson, serial, sqlite_utils
import kiosk, sync, lending, hardware' && as_station "$1" nabolan --help >/dev/null
}

build_release() {
  [ -e "$venv/.complete" ] && return
  kept="The release that ran before still runs; the settings and the journal are as they were."
  step="making the release $release"
  say "Making release $release (one to three minutes) …"
  rm -rf "$venv"
  /usr/bin/python3 -m venv "$venv"
  local pip=("$venv/bin/python" -m pip install --quiet --no-index --no-cache-dir --no-deps --only-binary=:all:)
  step="installing the packages of $release with their hashes checked"
  "${pip[@]}" --require-hashes --find-links "$wheelhouse" -r "$wheelhouse/station.lock"
  "${pip[@]}" --require-hashes --find-links "$wheelhouse" -r "$wheelhouse/nabolan.lock"
  "$venv/bin/python" -m pip check --quiet
  step="compiling the sentences of the screen"
  "$venv/bin/python" -m assets.words compile
  step="trying the new release before it is used"
  if ! imports "$venv"; then
    stop_with "The release $release does not start on this system; the lines above say why." \
      "Report these lines with the release name; the station can go on with what it has." \
      "The release that ran before is untouched; the one that does not start is removed."
  fi
  sync -f "$venv"
  touch "$venv/.complete"
  sync -f "$venv"
  did "release $release in $venv"
}

# point NAME FOLDER: make the link $OPT/NAME show FOLDER in one step; a power cut leaves the old or the new one
point() {
  ln -sfn "venvs/$2" "$OPT/$1.new"
  mv -T "$OPT/$1.new" "$OPT/$1"
  sync -f "$OPT"
}

shown() { if [ -L "$OPT/$1" ]; then basename "$(readlink "$OPT/$1")"; fi; }

switch_to() {
  local new="$1" old
  old="$(shown current)"
  old_previous="$(shown previous)"
  switched=no
  [ "$new" = "$old" ] && return
  step="switching to the release $new"
  if [ -n "$old" ]; then point previous "$old"; fi
  point current "$new"
  switched=yes
  did "the station uses release $new"
}

drop_old_releases() {
  local folder name
  for folder in "$OPT"/venvs/*/; do
    name="$(basename "$folder")"
    case "$name" in "$(shown current)" | "$(shown previous)") continue ;; esac
    rm -rf "$folder"
    did "removed the old release $name"
  done
}

start_services() {
  step="setting up the services"
  if ! systemctl is-enabled --quiet nabolan-station.service 2>/dev/null ||
    ! systemctl is-enabled --quiet nabolan-station.timer 2>/dev/null; then
    systemctl --quiet enable nabolan-station.service nabolan-station.timer
    did "the station starts with the computer"
  fi
  # The screen is the station's. Other consoles (Ctrl-Alt-F2) and SSH are as before.
  if systemctl is-enabled --quiet getty@tty1.service 2>/dev/null; then
    systemctl --quiet disable getty@tty1.service
    did "no log-in on the station's screen"
  fi
  running || return 0
  if [ "$unit_changed" = yes ]; then systemctl daemon-reload; fi
  if [ "$udev_changed" = yes ]; then
    udevadm control --reload
    udevadm trigger --action=change --subsystem-match=tty --subsystem-match=input
    modprobe -q -r pn533_usb port100 2>/dev/null || true
  fi
  if enrolled && { [ "$switched" = yes ] || [ "$unit_changed" = yes ]; }; then restart_or_go_back; fi
}

restart_or_go_back() {
  step="starting the station"
  say "Starting the station (up to 90 seconds) …"
  systemctl reset-failed nabolan-station.service 2>/dev/null || true
  systemctl start nabolan-station.timer
  if systemctl restart nabolan-station.service && sleep 10 && systemctl is-active --quiet nabolan-station.service; then
    return
  fi
  journalctl --no-pager --lines 20 --unit nabolan-station.service >&2 || true
  local bad
  bad="$(shown current)"
  if [ "$switched" = no ] || [ -z "$(shown previous)" ]; then
    stop_with "The station does not start; its last words are above." "See the table in docs/technician.md." \
      "The settings and the journal are as they were. It is tried again every eleven minutes."
  fi
  point current "$(shown previous)"
  if [ -n "$old_previous" ]; then point previous "$old_previous"; else rm -f "$OPT/previous"; fi
  systemctl restart nabolan-station.service || true
  stop_with "Release $bad does not start on this station; its last words are above." \
    "Report them with the release name. Check that the screen shows the station again." \
    "The station is back on release $(shown current). The settings and the journal are as they were."
}

# ---------------------------------------------------------------- the three things this script can do

install_station() {
  check_machine
  check_wheelhouse
  check_disk
  kept="Your settings and the journal, if there were any, are as they were. No release was changed."
  install_packages
  check_python
  install_files
  make_user_and_folders
  install_settings
  build_release
  switch_to "$release"
  kept="Release $release is in place; the settings and the journal are as they were."
  start_services
  drop_old_releases
  say ""
  if [ "$changes" = 0 ]; then
    say "Nothing to do: release $release and all its files are already in place. Nothing was changed."
  else
    say "Done: $changes changes. This station has release $release."
  fi
  if [ -n "$(shown previous)" ]; then say "The release before, $(shown previous), is kept: sudo bash install.sh --previous"; fi
  if running && systemctl is-active --quiet ModemManager.service 2>/dev/null; then
    say "Note: ModemManager runs. It is told to leave card readers and scanners of known makers alone."
    say "      Without a mobile modem it is better removed: sudo apt-get remove modemmanager"
  fi
  say ""
  say "What to do now:"
  if enrolled; then
    say "  See that the screen shows the station, and tap a test card. If not: docs/technician.md has a table."
  else
    say "  1. Write the address of your hub into the settings:  sudo nano $SETTINGS"
    say "  2. Enrol with the code that the hub shows:           sudo nabolan station enrol --config $SETTINGS --code CODE"
    say "  3. Start:                                            sudo reboot"
  fi
}

go_back() {
  local target
  target="$(shown previous)"
  if [ -z "$target" ] || [ ! -e "$OPT/venvs/$target/.complete" ]; then
    stop_with "There is no release before this one on the station." "Install an older stick: sudo bash install.sh"
  fi
  unit_changed=no
  udev_changed=no
  kept="The settings and the journal are as they were."
  switch_to "$target"
  start_services
  say ""
  say "Done: the station is back on release $target. To return to $(shown previous): the same command again."
}

uninstall() {
  local line place
  step="removing the program"
  kept="The journal in $DATA and the settings in /etc/nabolan are as they were."
  if running; then systemctl stop nabolan-station.timer nabolan-station.service 2>/dev/null || true; fi
  systemctl --quiet disable nabolan-station.service nabolan-station.timer 2>/dev/null || true
  for line in "${FILES[@]}"; do
    read -r _ place _ <<<"$line"
    if [ -e "$place" ]; then
      rm -f "$place"
      did "removed $place"
    fi
  done
  rm -f "$JOURNALD"
  if [ -d "$OPT" ]; then
    rm -rf "$OPT"
    did "removed $OPT"
  fi
  rm -rf /var/cache/nabolan
  if ! systemctl is-enabled --quiet getty@tty1.service 2>/dev/null; then
    systemctl --quiet enable getty@tty1.service 2>/dev/null || true
  fi
  if running; then
    systemctl daemon-reload
    udevadm control --reload
  fi
  say ""
  if [ "$changes" = 0 ]; then say "Nothing to do: the program is not here. Nothing was changed."; else say "Done: the program is removed."; fi
  say "Kept: $DATA (the journal and the station's key), /etc/nabolan (the settings) and the user nabolan who owns them."
  say ""
  say "What to do now:"
  say "  To use the station again: sudo bash install.sh. It goes on with the same journal."
  say "  To give the computer away: first see in the hub that all entries of this station have arrived, then wipe as"
  say "  docs/technician.md says. Entries that never reached the hub are lost with the card."
}

main() {
  read_options "$@"
  check_root
  case "$action" in
    install) install_station ;;
    previous) go_back ;;
    uninstall) uninstall ;;
  esac
}

main "$@"
