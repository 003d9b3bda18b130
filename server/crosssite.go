package server

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/gin-gonic/gin"
)

// errCrossSite is the answer to a form that another site had a browser send.
var errCrossSite = errors.New("sent from another site")

// newOrigins decides which forms come from our own pages: by the headers that
// a browser sets and a page of another site cannot. There is no token in a
// form, so none can expire under somebody who writes slowly.
func newOrigins(baseURL string) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	if baseURL == "" {
		return p, nil
	}
	origin, err := url.Parse(baseURL)
	if err != nil {
		return nil, err
	}
	return p, p.AddTrustedOrigin(origin.Scheme + "://" + origin.Host)
}

// crossSite says whether a request is a form that did not come from our own
// pages. A browser that names no origin at all may send a form, as old ones
// do, but not with the rights of somebody who is signed in.
func (s *Server) crossSite(r *http.Request) error {
	if s.origins.Check(r) != nil || fromPlainHTTP(r) {
		return errCrossSite
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead || r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
		return nil
	}
	for _, name := range sessionCookies {
		if _, err := r.Cookie(name); err == nil {
			return errCrossSite
		}
	}
	return nil
}

// fromPlainHTTP says whether a form for the site as it is over https comes from
// a page without: anybody on the way could have written that page. A browser
// sends the secure cookie over https alone, also where a proxy ends it.
func fromPlainHTTP(r *http.Request) bool {
	_, err := r.Cookie(secureCookie)
	return (r.TLS != nil || err == nil) && strings.HasPrefix(r.Header.Get("Origin"), "http:")
}

// network is the address by which acts are counted: that of the reader, or,
// as a household has a whole range of IPv6, that range.
func network(c *gin.Context) string {
	a, err := netip.ParseAddr(c.ClientIP())
	if err != nil {
		return ""
	}
	if a.Is6() && !a.Is4In6() {
		if p, err := a.Prefix(56); err == nil {
			return p.String()
		}
	}
	return a.Unmap().String()
}
