package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// read reads the settings in an empty folder with one file and some flags.
func read(t *testing.T, file string, args ...string) (config, error) {
	t.Helper()
	t.Chdir(t.TempDir())
	if file != "" {
		if err := os.WriteFile(configFile, []byte(file), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	settingFlags(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return readConfig(flags)
}

func TestConfigOrder(t *testing.T) {
	for _, tt := range []struct {
		name, file, variable string
		args                 []string
		want                 string
	}{
		{"default", "", "", nil, "127.0.0.1:8080"},
		{"file", "addr: 127.0.0.1:1\n", "", nil, "127.0.0.1:1"},
		{"variable before file", "addr: 127.0.0.1:1\n", "127.0.0.1:2", nil, "127.0.0.1:2"},
		{"flag before variable", "addr: 127.0.0.1:1\n", "127.0.0.1:2", []string{"--addr=127.0.0.1:3"}, "127.0.0.1:3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.variable != "" {
				t.Setenv("OPENDOOR_ADDR", tt.variable)
			}
			c, err := read(t, tt.file, tt.args...)
			if err != nil || c.addr != tt.want {
				t.Errorf("addr %q, %v; want %q", c.addr, err, tt.want)
			}
		})
	}
}

func TestConfigFaults(t *testing.T) {
	for _, tt := range []struct {
		name, file string
		env        [2]string
		args       []string
		want       []string
	}{
		{"misspelt key", "adr: x:1\n", [2]string{}, nil, []string{`unknown key "adr"`, `did you mean "addr"?`}},
		{"misspelt variable", "", [2]string{"OPENDOOR_CONTNT", "x"}, nil, []string{`unknown variable "OPENDOOR_CONTNT"`, "OPENDOOR_CONTENT"}},
		{"bad value", "", [2]string{}, []string{"--addr=nowhere"}, []string{"addr", `"nowhere"`, "127.0.0.1:8080"}},
		{"bad port", "", [2]string{}, []string{"--addr=:99999"}, []string{`":99999"`, "not a port"}},
		{"folder that is not there", "", [2]string{}, []string{"--content=missing"}, []string{"content", `"missing"`, "cannot be opened"}},
		{"all faults at once", "adr: x\nlog-level: loud\n", [2]string{}, []string{"--base-url=ftp://x"}, []string{"adr", `"loud"`, "debug, info, warn or error", `"ftp://x"`}},
		{"nobody could sign in", "local-login: false\n", [2]string{}, nil, []string{"local-login", "oidc-issuer"}},
		{"half a service", "oidc-issuer: https://id.example.org\n", [2]string{}, nil, []string{"oidc-client: missing", "base-url: missing"}},
		{"service in the clear", "", [2]string{}, []string{"--oidc-issuer=http://id.example.org"}, []string{"oidc-issuer", "https"}},
		{"remote in the clear", "", [2]string{}, []string{"--remote=http://git.example.org/entries.git"}, []string{"remote", "https or ssh"}},
		{"remote that runs something", "", [2]string{}, []string{"--remote=ext::sh -c id"}, []string{"remote", "not an address of a repository"}},
		{"remote with a secret", "", [2]string{}, []string{"--remote=git://noor:geheim@git.example.org/entries.git"}, []string{"remote", "…", "https or ssh"}},
		{"database with a secret", "", [2]string{}, []string{"--database=mysql://noor:geheim@db.example.org/x"}, []string{"database", "…", "not a database"}},
		{"no number", "", [2]string{}, []string{"--reads-per-minute=many"}, []string{"reads-per-minute", "0 to 1000000"}},
		{"broken file", "addr: [\n", [2]string{}, nil, []string{"opendoor.yaml"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.env[0] != "" {
				t.Setenv(tt.env[0], tt.env[1])
			}
			_, err := read(t, tt.file, tt.args...)
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), "geheim") {
				t.Errorf("a secret is told: %v", err)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("error lacks %q:\n%v", w, err)
				}
			}
		})
	}
}

func TestUnknownVerbAndFlag(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"sreve"}, `did you mean "serve"?`},
		{[]string{"--adr=:1"}, `did you mean "addr"?`},
		{[]string{"lint", "--quite"}, `did you mean "quiet"?`},
	} {
		err := run(t.Context(), tt.args, &strings.Builder{}, &strings.Builder{})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%v: %v; want %s", tt.args, err, tt.want)
		}
	}
}

// TestSettingsAreDocumented keeps docs/configuration.md whole.
func TestSettingsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "configuration.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range settings {
		if !strings.Contains(string(doc), "`"+s.key+"`") {
			t.Errorf("docs/configuration.md does not speak of %s", s.key)
		}
	}
}
