import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, IsUUID, MaxLength } from 'class-validator';
import { methodNames, type Method } from '#libs/domain/methods';

export class RegisterMethodBody {
  @ApiProperty({ enum: methodNames })
  @IsIn(methodNames)
  method!: Method;

  @ApiPropertyOptional({ description: 'the address, or the number as `+81 90…`', maxLength: 256 })
  @IsOptional()
  @IsString()
  @MaxLength(256)
  contact?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'the method whose place it takes once it is confirmed' })
  @IsOptional()
  @IsUUID()
  replaces?: string;
}
