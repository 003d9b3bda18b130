package server

import (
	"github.com/gin-gonic/gin"

	"opendoor/practices/review"
)

// doors are the addresses of the site, each with who may open it: everybody, or
// accounts of a role. An address that says neither opens for nobody, so that
// one that is added in haste is shut and not open.
type doors struct {
	server *Server
	engine *gin.Engine
	who    map[string]review.Role // by method and path; "" is everybody
}

func newDoors(s *Server, e *gin.Engine) *doors {
	d := &doors{server: s, engine: e, who: map[string]review.Role{}}
	e.Use(d.guard)
	return d
}

// public opens an address to everybody.
func (d *doors) public(method, path string, h ...gin.HandlerFunc) {
	d.who[method+" "+path] = ""
	d.engine.Handle(method, path, h...)
}

// read opens an address to everybody who reads.
func (d *doors) read(path string, h ...gin.HandlerFunc) {
	d.public("GET", path, h...)
	d.public("HEAD", path, h...)
}

// needs opens an address to accounts of a role, and to those above it.
func (d *doors) needs(role review.Role, method, path string, h ...gin.HandlerFunc) {
	d.who[method+" "+path] = role
	d.engine.Handle(method, path, append([]gin.HandlerFunc{d.server.needs(role, func(c *gin.Context) { c.Next() })}, h...)...)
}

// guard keeps shut what was not declared.
func (d *doors) guard(c *gin.Context) {
	if path := c.FullPath(); path != "" {
		if _, declared := d.who[c.Request.Method+" "+path]; !declared {
			d.server.fail(c, errForbidden)
			return
		}
	}
	c.Next()
}
