package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"opendoor/practices/history"
)

const (
	// addressTimeout is for one question to the site by its own address.
	addressTimeout = 5 * time.Second
	// expiresSoon is how long before its end a certificate is told of.
	expiresSoon = 14 * 24 * time.Hour
)

// checkAddress asks the site by the address that readers use, as they would:
// whether it is this program that answers, with a certificate that holds, and
// whether people can sign in there. A site that cannot be reached from its own
// machine may still be reached by others, so that alone is no fault.
func checkAddress(ctx context.Context, base string) []history.Finding {
	if base == "" {
		return nil
	}
	found := func(what, said string, fault, warning bool) history.Finding {
		return history.Finding{What: what, Said: said, Fault: fault, Warning: warning}
	}
	ready, err := ask(ctx, base+"/readyz")
	var wrong *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	switch {
	case errors.As(err, &wrong), errors.As(err, &unknown):
		return []history.Finding{found("base-url", fmt.Sprintf("%s: browsers refuse its certificate: %v", base, err), true, false)}
	case err != nil:
		return []history.Finding{found("base-url", fmt.Sprintf("%s does not answer from here: %v; is the server running, and does the proxy reach it?", base, err), false, true)}
	case !strings.Contains(ready.body, `"ready"`):
		return []history.Finding{found("base-url", fmt.Sprintf("%s is answered by something else (status %d)", base, ready.status), true, false)}
	}
	list := []history.Finding{found("base-url", base+" answers", false, false)}
	if !ready.until.IsZero() {
		left := time.Until(ready.until)
		list = append(list, found("certificate", fmt.Sprintf("ends on %s", ready.until.Format("2 January 2006")), false, left < expiresSoon))
	}
	switch login, err := ask(ctx, base+"/login"); {
	case err != nil:
		list = append(list, found("sign in", err.Error(), false, true))
	case login.status == http.StatusForbidden:
		list = append(list, found("sign in", "nobody can: the server does not see that they come by https; name the proxy in trusted-proxies, and let it send X-Forwarded-Proto and keep Host", true, false))
	}
	return list
}

// An answered is what came back for one address.
type answered struct {
	status int
	body   string
	until  time.Time // the end of the certificate; zero without https
}

func ask(ctx context.Context, address string) (answered, error) {
	ctx, cancel := context.WithTimeout(ctx, addressTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return answered{}, err
	}
	w, err := (&http.Client{}).Do(r)
	if err != nil {
		return answered{}, err
	}
	defer w.Body.Close()
	body, err := io.ReadAll(io.LimitReader(w.Body, 64<<10))
	if err != nil {
		return answered{}, err
	}
	a := answered{status: w.StatusCode, body: string(body)}
	if w.TLS != nil && len(w.TLS.PeerCertificates) > 0 {
		a.until = w.TLS.PeerCertificates[0].NotAfter
	}
	return a, nil
}
