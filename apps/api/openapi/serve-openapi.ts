import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { completed } from './complete.js';

/** The contract at `/api/openapi.json`, made when it is first asked for; the page for people at `/api/docs`. */
export function serveOpenApi(app: NestFastifyApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Keyturn')
    .setDescription('Self-service password reset. Errors are RFC 9457 problems with a kebab-case `code`.')
    .setVersion('1')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('api/docs', app, () => completed(SwaggerModule.createDocument(app, config)), {
    jsonDocumentUrl: 'api/openapi.json',
    customSiteTitle: 'Keyturn API',
  });
}
