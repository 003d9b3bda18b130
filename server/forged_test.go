package server

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// A forger is a service of OpenID Connect that says whatever a test wants.
type forger struct {
	*httptest.Server
	key, other *rsa.PrivateKey
	issuer     string                    // that it names itself; "" for the right one
	token      func(nonce string) string // the token of identity that it gives
	moved      string                    // where it sends on those who ask for a token
}

func newForger(t *testing.T) *forger {
	t.Helper()
	f := &forger{}
	for _, k := range []**rsa.PrivateKey{&f.key, &f.other} {
		made, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		*k = made
	}
	nonce := ""
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		say := func(v any) { json.NewEncoder(w).Encode(v) }
		switch r.URL.Path {
		case "/.well-known/openid-configuration":
			name := f.URL
			if f.issuer != "" {
				name = f.issuer
			}
			say(map[string]any{"issuer": name, "authorization_endpoint": f.URL + "/auth", "token_endpoint": f.URL + "/token", "jwks_uri": f.URL + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}})
		case "/keys":
			say(map[string]any{"keys": []any{f.public(f.key)}})
		case "/auth":
			nonce = r.URL.Query().Get("nonce")
		case "/token":
			if f.moved != "" {
				http.Redirect(w, r, f.moved, http.StatusTemporaryRedirect)
				return
			}
			answer := map[string]any{"access_token": "x", "token_type": "Bearer"}
			if made := f.token(nonce); made != "" {
				answer["id_token"] = made
			}
			say(answer)
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(f.Close)
	return f
}

func (*forger) public(k *rsa.PrivateKey) map[string]any {
	return map[string]any{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "1", "n": encoded(k.N.Bytes()), "e": encoded(big.NewInt(int64(k.E)).Bytes())}
}

func encoded(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// claims are those of a good token, changed by pairs of name and value; nil
// takes one away.
func (f *forger) claims(nonce string, changes ...any) map[string]any {
	c := map[string]any{"iss": f.URL, "aud": "opendoor", "sub": "noor", "email": "noor@example.org", "email_verified": true, "nonce": nonce, "roles": "editor",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix()}
	for i := 0; i+1 < len(changes); i += 2 {
		c[changes[i].(string)] = changes[i+1]
		if changes[i+1] == nil {
			delete(c, changes[i].(string))
		}
	}
	return c
}

// written is a token before it is signed.
func written(header, claims map[string]any) string {
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	return encoded(h) + "." + encoded(c)
}

func signed(k *rsa.PrivateKey, header, claims map[string]any) string {
	text := written(header, claims)
	sum := sha256.Sum256([]byte(text))
	s, err := rsa.SignPKCS1v15(rand.Reader, k, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return text + "." + encoded(s)
}

var rs256 = map[string]any{"alg": "RS256", "kid": "1", "typ": "JWT"}

// TestForgedTokens has a service give tokens that it should not, and shows that
// none of them opens the door.
func TestForgedTokens(t *testing.T) {
	f := newForger(t)
	s := newKeeping(t, few)
	// try goes the whole way and says where it ends.
	try := func(o OIDC, token func(nonce string) string) (to string, in bool) {
		t.Helper()
		o.Issuer, o.Client, o.Secret, o.RoleClaim = f.URL, "opendoor", "a secret", "roles"
		s.vouches = newVoucher(o)
		e, err := s.routes()
		if err != nil {
			t.Fatal(err)
		}
		s.engine = e
		f.token = token
		out := as(s, nil, "/login/oidc?to=/account", nil)
		at, err := url.Parse(out.Header().Get("Location"))
		if err != nil || at.Path != "/auth" {
			return out.Header().Get("Location"), false
		}
		if o.Strength != at.Query().Get("acr_values") || at.Query().Get("code_challenge_method") != "S256" || at.Query().Get("response_type") != "code" {
			t.Errorf("asked by %s", at)
		}
		if answer, err := http.Get(at.String()); err == nil {
			answer.Body.Close()
		}
		w := as(s, out.Result().Cookies()[0], "/login/oidc/callback?code=x&state="+url.QueryEscape(at.Query().Get("state")), nil)
		return w.Header().Get("Location"), kept(w) != nil
	}
	good := func(changes ...any) func(string) string {
		return func(nonce string) string { return signed(f.key, rs256, f.claims(nonce, changes...)) }
	}
	if to, in := try(OIDC{}, good()); !in || to != "/account" {
		t.Fatalf("a good token leads to %q", to)
	}
	for name, token := range map[string]func(string) string{
		"unsigned":           func(n string) string { return written(map[string]any{"alg": "none"}, f.claims(n)) + "." },
		"signature left out": func(n string) string { return written(rs256, f.claims(n)) + "." },
		"by the secret of the client": func(n string) string {
			text := written(map[string]any{"alg": "HS256"}, f.claims(n))
			m := hmac.New(sha256.New, []byte("a secret"))
			m.Write([]byte(text))
			return text + "." + encoded(m.Sum(nil))
		},
		"by the public key as a secret": func(n string) string {
			text := written(map[string]any{"alg": "HS256", "kid": "1"}, f.claims(n))
			m := hmac.New(sha256.New, f.key.N.Bytes())
			m.Write([]byte(text))
			return text + "." + encoded(m.Sum(nil))
		},
		"by another key": func(n string) string { return signed(f.other, rs256, f.claims(n)) },
		"by a key that it brings": func(n string) string {
			return signed(f.other, map[string]any{"alg": "RS256", "kid": "2", "jwk": f.public(f.other), "jku": f.URL + "/other"}, f.claims(n))
		},
		"changed after it was signed": func(n string) string {
			parts := strings.Split(signed(f.key, rs256, f.claims(n)), ".")
			c, _ := json.Marshal(f.claims(n, "roles", "admin"))
			return parts[0] + "." + encoded(c) + "." + parts[2]
		},
		"for another site":     good("aud", "another"),
		"of another service":   good("iss", "https://evil.example"),
		"run out":              good("exp", time.Now().Add(-time.Minute).Unix()),
		"never running out":    good("exp", nil),
		"not yet good":         good("nbf", time.Now().Add(time.Hour).Unix()),
		"of another journey":   good("nonce", "another"),
		"of no journey":        good("nonce", nil),
		"about nobody":         good("sub", nil),
		"an address unproved":  good("sub", "2", "email", "x@example.org", "email_verified", nil),
		"no token at all":      func(string) string { return "" },
		"a token of two parts": func(string) string { return "a.b" },
	} {
		if to, in := try(OIDC{}, token); in || !strings.HasPrefix(to, "/login?because=") {
			t.Errorf("%s: to %q, signed in %v", name, to, in)
		}
	}
	for name, tt := range map[string]struct {
		changes []any
		want    bool
	}{
		"says nothing":        {nil, false},
		"by password":         {[]any{"amr", []string{"pwd"}, "acr", "0"}, false},
		"by class":            {[]any{"acr", "mfa"}, true},
		"by way":              {[]any{"amr", []string{"pwd", "mfa"}}, true},
		"by way, no list":     {[]any{"amr", "mfa"}, false},
		"in another spelling": {[]any{"acr", "MFA"}, false},
	} {
		if to, in := try(OIDC{Strength: "mfa"}, good(tt.changes...)); in != tt.want || !in && !strings.Contains(to, "because=weak") {
			t.Errorf("strength, %s: to %q", name, to)
		}
	}

	// What is asked of the service goes to the service, and to nobody it names.
	var asked atomic.Int32
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer elsewhere.Close()
	f.moved = elsewhere.URL
	if to, in := try(OIDC{}, good()); in || asked.Load() != 0 || !strings.Contains(to, "because=refused") {
		t.Errorf("sent on: to %q, asked there %d times", to, asked.Load())
	}
	f.moved, f.issuer = "", "https://evil.example"
	if to, in := try(OIDC{}, good()); in || !strings.Contains(to, "because=away") {
		t.Errorf("a service that names itself another: to %q", to)
	}
}
