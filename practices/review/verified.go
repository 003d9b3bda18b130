package review

import (
	"cmp"
	"errors"
	"net/netip"
	"net/url"
	"os"
	"strings"
)

// verified is the address of a PostgreSQL server, which is asked for a
// certificate that holds, unless the address says otherwise or the server is on
// this machine. Left to itself the driver tries TLS, believes any certificate,
// and goes on without.
func verified(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("the address of the database cannot be read") // the cause would show its password
	}
	q := u.Query()
	if q.Has("sslmode") || os.Getenv("PGSSLMODE") != "" || onThisMachine(cmp.Or(u.Hostname(), q.Get("host"), os.Getenv("PGHOST"))) {
		return address, nil
	}
	q.Set("sslmode", "verify-full")
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// onThisMachine says whether a host is reached without leaving the machine.
func onThisMachine(host string) bool {
	if host == "" || host == "localhost" || strings.HasPrefix(host, "/") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
