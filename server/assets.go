package server

import (
	"mime"
	"path"

	"github.com/gin-gonic/gin"
)

// An asset is a file that pages load: the style sheet and the icon. Its name
// carries a hash of what is in it, so a browser may keep it for ever.
type asset struct {
	url string
	*response
}

const assetsPath = "/assets/"

func newAsset(name string, data []byte) asset {
	return asset{
		url:      assetsPath + name,
		response: newResponse(mime.TypeByExtension(path.Ext(name)), "public, max-age=31536000, immutable", data, oftenAsked),
	}
}

func (a asset) serve(c *gin.Context) { a.send(c.Writer, c.Request, 200) }
