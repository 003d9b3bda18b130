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
	r := newResponse(mime.TypeByExtension(path.Ext(name)), "public, max-age=31536000, immutable", data, oftenAsked)
	return func(c *gin.Context) { r.send(c.Writer, c.Request, http.StatusOK) }
}
