package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spf13/viper"

	"opendoor/regions/fold"
	"opendoor/server"
)

// A setting is one thing that can be set, by flag, by variable or by file.
type setting struct {
	key     string // in opendoor.yaml; --key as a flag, OPENDOOR_KEY as a variable
	value   string // when nothing is set
	allowed string // in words
	help    string
	check   func(string) error
}

// settings are all there are. docs/configuration.md lists the same; a test
// keeps the two alike.
var settings = []setting{
	{"addr", "127.0.0.1:8080", "a host and a port, such as 127.0.0.1:8080 or :8080", "address to listen on", checkAddr},
	{"content", "", "a folder of entries, or a pack that export wrote; empty for those built in", "folder or pack of entries; a folder is read again when a file changes", checkContent},
	{"data", defaultData, "a folder", "folder of what the program keeps, made when it is missing", anything},
	{"database", "", "sqlite:FILE or postgres://…; empty for a file in the data folder", "database of what is not public yet", checkDatabase},
	{"remote", "", "an address that git can push to, such as git@example.org:entries.git; empty for none", "git repository that several servers publish to", checkRemote},
	{"ssh-command", "", "a command, such as ssh -i /etc/opendoor/key; empty for ssh", "how git reaches the remote over ssh", anything},
	{"mail-server", "", "smtp://user:password@host:587; empty for none", "mail server that tells contributors of changes", checkMailServer},
	{"mail-from", "", "an e-mail address", "address that such mails come from", checkMailAddress},
	{"base-url", "", "https://host or http://host, without a path; empty when the address asked for will do", "address under which readers reach the site", checkBaseURL},
	{"trusted-proxies", "", "networks separated by commas, such as 10.0.0.0/8; empty for none", "proxies whose word on the reader's address is taken", checkNetworks},
	{"reads-per-minute", "3000", "a number of requests; 0 for any", "requests that one network may make in a minute", checkCount},
	{"oidc-issuer", "", "https://host/path of the service; empty for none", "service that vouches for accounts by OpenID Connect", checkIssuer},
	{"oidc-client", "", "the name that the service knows this site by", "client of the service", anything},
	{"oidc-secret", "", "the secret of that client; empty for none", "secret of the client; set it by variable or file", anything},
	{"oidc-role-claim", "", "a claim, such as roles or realm_access.roles; empty leaves roles to admins", "claim of the service that holds roles of this site", anything},
	{"oidc-strength", "", "a value of acr or amr, such as mfa; empty asks for none", "what a token must say of how its owner signed in", anything},
	{"local-login", "true", "true or false", "let people sign in with a password of this site", checkBool},
	{"arabic-digits", "arab", "arab for ٠١٢٣, or latn for 0123", "digits of the pages in Arabic", checkDigits},
	{"log-level", "info", "debug, info, warn or error", "how much to log", checkLevel},
	{"log-requests", "false", "true or false", "log each request, without the reader's address", checkBool},
}

// config is what the settings come to.
type config struct {
	addr           string
	content        string
	data           string
	database       string // never empty
	remote         string
	sshCommand     string
	mailServer     string
	mailFrom       string
	baseURL        string
	trustedProxies []string
	reads          int
	oidc           *server.OIDC // nil for none
	noPasswords    bool
	logLevel       slog.Level
	arabicDigits   string
	logRequests    bool
}

// defaultData is where the program keeps things when nothing says where.
const defaultData = "data"

func defaultDatabase(data string) string { return "sqlite:" + filepath.Join(data, "review.db") }

const configFile = "opendoor.yaml"

// settingFlags declares a flag for each setting.
func settingFlags(flags *pflag.FlagSet) {
	for _, s := range settings {
		flags.String(s.key, s.value, s.help+"; "+s.allowed)
	}
}

// readConfig takes the settings from flags, OPENDOOR_* variables and
// opendoor.yaml, in that order, and gathers every fault in them.
func readConfig(flags *pflag.FlagSet) (config, error) {
	v := viper.New()
	v.SetConfigFile(configFile)
	v.SetEnvPrefix("OPENDOOR")
	v.SetEnvKeyReplacer(strings.NewReplacer("-", "_"))
	v.AutomaticEnv()
	var faults []error
	if err := v.ReadInConfig(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		faults = append(faults, fmt.Errorf("%s: %w", configFile, err))
	}
	for _, key := range v.AllKeys() {
		if !slices.Contains(keys(), key) {
			faults = append(faults, fmt.Errorf("%s: %w", configFile, unknown("key", key, keys())))
		}
	}
	faults = append(faults, unknownVariables(os.Environ())...)
	if err := v.BindPFlags(flags); err != nil {
		return config{}, err
	}
	for _, s := range settings {
		value := v.GetString(s.key)
		if err := s.check(value); err != nil {
			if slices.Contains([]string{"database", "remote", "mail-server", "oidc-secret"}, s.key) {
				value = "…" // it may hold a password
			}
			faults = append(faults, fmt.Errorf("%s: %q: %w; write %s", s.key, value, err, s.allowed))
		}
	}
	if v.GetString("mail-server") != "" && v.GetString("mail-from") == "" {
		faults = append(faults, errors.New("mail-from: missing; write the address that mails come from"))
	}
	faults = append(faults, checkVoucher(v)...)
	if err := errors.Join(faults...); err != nil {
		return config{}, err
	}
	c := config{
		addr:           v.GetString("addr"),
		content:        v.GetString("content"),
		data:           v.GetString("data"),
		database:       cmp.Or(v.GetString("database"), defaultDatabase(v.GetString("data"))),
		remote:         v.GetString("remote"),
		sshCommand:     v.GetString("ssh-command"),
		mailServer:     v.GetString("mail-server"),
		mailFrom:       v.GetString("mail-from"),
		baseURL:        strings.TrimSuffix(v.GetString("base-url"), "/"),
		trustedProxies: splitList(v.GetString("trusted-proxies")),
		reads:          v.GetInt("reads-per-minute"),
		noPasswords:    !v.GetBool("local-login"),
		arabicDigits:   v.GetString("arabic-digits"),
		logRequests:    v.GetBool("log-requests"),
	}
	if v.GetString("oidc-issuer") != "" {
		c.oidc = &server.OIDC{Issuer: v.GetString("oidc-issuer"), Client: v.GetString("oidc-client"), Secret: v.GetString("oidc-secret"), RoleClaim: v.GetString("oidc-role-claim"), Strength: v.GetString("oidc-strength")}
	}
	return c, c.logLevel.UnmarshalText([]byte(v.GetString("log-level")))
}

// unknownVariables finds the OPENDOOR_* variables that set nothing.
func unknownVariables(environ []string) []error {
	var names []string
	for _, key := range keys() {
		names = append(names, "OPENDOOR_"+strings.ToUpper(strings.ReplaceAll(key, "-", "_")))
	}
	var faults []error
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "OPENDOOR_") && !slices.Contains(names, name) {
			faults = append(faults, unknown("variable", name, names))
		}
	}
	return faults
}

func keys() []string {
	var list []string
	for _, s := range settings {
		list = append(list, s.key)
	}
	return list
}

// unknown names what was not understood, the nearest thing that is known, and
// all there is.
func unknown(what, given string, known []string) error {
	if near := fold.Closest(given, known); near != "" {
		return fmt.Errorf("unknown %s %q; did you mean %q?", what, given, near)
	}
	return fmt.Errorf("unknown %s %q; known: %s", what, given, strings.Join(known, ", "))
}

func checkAddr(s string) error {
	_, port, err := net.SplitHostPort(s)
	if err != nil {
		return errors.New("not an address")
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return errors.New("not a port")
	}
	return nil
}

func checkContent(s string) error {
	if s == "" {
		return nil
	}
	info, err := os.Stat(s)
	if err != nil {
		return errors.New("cannot be opened")
	}
	if !info.IsDir() && !aPack(s) {
		return errors.New("neither a folder nor a pack (.zip)")
	}
	return nil
}

func anything(string) error { return nil }

func checkDatabase(s string) error {
	for _, prefix := range []string{"sqlite:", "postgres://", "postgresql://"} {
		if s == "" || strings.HasPrefix(s, prefix) && s != prefix {
			return nil
		}
	}
	return errors.New("not a database")
}

func checkMailServer(s string) error {
	u, err := url.Parse(s)
	if s != "" && (err != nil || u.Scheme != "smtp" || u.Hostname() == "" || strings.Trim(u.Path, "/") != "") {
		return errors.New("not a mail server")
	}
	return nil
}

func checkCount(s string) error {
	if n, err := strconv.Atoi(s); err != nil || n < 0 || n > 1_000_000 {
		return errors.New("not a number from 0 to 1000000")
	}
	return nil
}

// checkIssuer lets a service be on this machine without https, to try it out.
func checkIssuer(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return errors.New("not an address of a service")
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !onThisMachine(u.Hostname())) {
		return errors.New("not an address with https")
	}
	return nil
}

// onThisMachine says whether nobody can read along on the way to a host.
func onThisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// checkVoucher says what else a way in by another service needs, and that there
// is a way in at all.
func checkVoucher(v *viper.Viper) (faults []error) {
	if v.GetString("oidc-issuer") == "" {
		if !v.GetBool("local-login") {
			faults = append(faults, errors.New("local-login: false, and nobody could sign in; set oidc-issuer too"))
		}
		return faults
	}
	if v.GetString("oidc-client") == "" {
		faults = append(faults, errors.New("oidc-client: missing; write the name that the service of oidc-issuer knows this site by"))
	}
	if v.GetString("base-url") == "" {
		faults = append(faults, errors.New("base-url: missing; the service of oidc-issuer sends people back to it"))
	}
	return faults
}

func checkMailAddress(s string) error {
	if a, err := mail.ParseAddress(s); s != "" && (err != nil || a.Address != s) {
		return errors.New("not an e-mail address")
	}
	return nil
}

func checkBaseURL(s string) error {
	if s == "" {
		return nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return errors.New("not an address of a site")
	}
	return nil
}

// checkRemote refuses what git would take for an option or a command.
func checkRemote(s string) error {
	if strings.HasPrefix(s, "-") || strings.HasPrefix(s, "ext::") || strings.ContainsAny(s, "\n\x00") {
		return errors.New("not an address of a repository")
	}
	if u, err := url.Parse(s); err == nil && slices.Contains([]string{"http", "git", "ftp"}, strings.ToLower(u.Scheme)) && !onThisMachine(u.Hostname()) {
		return errors.New("not an address over https or ssh; others could read and change what is published on the way")
	}
	return nil
}

func checkNetworks(s string) error {
	for _, n := range splitList(s) {
		if _, err := netip.ParsePrefix(n); err != nil {
			if _, err := netip.ParseAddr(n); err != nil {
				return fmt.Errorf("%q is not a network", n)
			}
		}
	}
	return nil
}

func splitList(s string) []string {
	var list []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list
}

func checkLevel(s string) error {
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, s) {
		return errors.New("not a level")
	}
	return nil
}

func checkDigits(s string) error {
	if s != "arab" && s != "latn" {
		return errors.New("not a kind of digits")
	}
	return nil
}

func checkBool(s string) error {
	if s != "true" && s != "false" {
		return errors.New("neither true nor false")
	}
	return nil
}
