package server

import (
	"mime"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"
)

// newAsset answers for a file that pages load. Its address carries a hash of
// what is in it, so a browser may keep it for ever.
func newAsset(name string, data []byte) gin.HandlerFunc {
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "image/svg+xml" {
		kind = svgType
	}
	r := newResponse(kind, "public, max-age=31536000, immutable", data, oftenAsked)
	return func(c *gin.Context) { r.send(c.Writer, c.Request, http.StatusOK) }
}
